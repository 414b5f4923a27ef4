using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>How far training is, and how long it went on, in words.</summary>
internal static class ProgressText
{
    /// <summary>
    /// What there is to say beside the phase's name: the loss; of a phase that trains until convergence the step and why it ended, too.
    /// </summary>
    internal static string Of(TrainingProgress p)
    {
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        List<string> parts = [];
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
