using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>How far training is, and how long it went on, in words.</summary>
internal static class ProgressText
{
    /// <summary>
    /// What there is to say beside the phase's name: the pass over the data and the loss; of a phase that trains until convergence the
    /// step and why it ended, too; of what goes through pictures how many are done and how many that is a second.
    /// </summary>
    /// <param name="p">How far it is.</param>
    /// <param name="spent">Since the phase began.</param>
    internal static string Of(TrainingProgress p, TimeSpan spent)
    {
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        List<string> parts = [];
        if (p.Counted is { } counted)
        {
            parts.Add($"{p.Step} {(p.Steps > 0 ? $"of {p.Steps} " : "")}{counted}");
            if (Rate(p, spent) is { } rate)
            {
                parts.Add($"{rate.ToString(rate < 100 ? "0.0#" : "F0", CultureInfo.InvariantCulture)} a second");
            }
        }

        if (p.Epoch > 0)
        {
            parts.Add($"epoch {p.Epoch}{(p.UntilConvergence ? "" : $" of {p.Epochs}")}");
        }

        if (p.UntilConvergence)
        {
            parts.Add(p.Steps > 0 ? $"step {p.Step} of {p.Steps}" : $"step {p.Step}, until convergence");
        }

        if (!double.IsNaN(p.Loss))
        {
            parts.Add(Text($"loss {p.Loss:F3}"));
        }

        if (!double.IsNaN(p.HeldOutLoss))
        {
            parts.Add(Text($"held out {p.HeldOutLoss:F3} (best {p.BestHeldOutLoss:F3} at step {p.BestStep})"));
        }

        if (p.Ended is { } why)
        {
            parts.Add($"ended: {why}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>The time that the phase still takes, at the pace so far; nothing where that is not known.</summary>
    internal static string Left(TrainingProgress p, TimeSpan spent) => SecondsLeft(p, spent) is { } left
        ? string.Create(CultureInfo.InvariantCulture, $"{(left < 120 ? $"{left:F0} s" : $"{left / 60:F0} min")} left") : "";

    /// <summary>The same in seconds.</summary>
    internal static double? SecondsLeft(TrainingProgress p, TimeSpan spent) =>
        !p.UntilConvergence && p.Step < p.Steps && Rate(p, spent) is { } rate ? (p.Steps - p.Step) / rate : null;

    private static double? Rate(TrainingProgress p, TimeSpan spent) =>
        p.Step > 0 && spent > TimeSpan.Zero ? p.Step / spent.TotalSeconds : null;

    /// <summary>How long the phases were whose length followed from the data, as rows of a table.</summary>
    internal static IEnumerable<(string, string)> Rows(IEnumerable<TrainingLength> lengths) =>
        lengths.Select(l => ($"length, {l.Phase}", l.ToString()));

    /// <summary>The same as JSON.</summary>
    internal static JsonArray Json(IEnumerable<TrainingLength> lengths) => [.. lengths.Select(l => new JsonObject
    {
        ["phase"] = l.Phase,
        ["steps"] = l.Steps,
        ["passes"] = l.Passes,
        ["bestStep"] = l.BestStep,
        ["ended"] = l.Ended,
    })];
}
