using System.Globalization;
using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Scoring;
using Spectre.Console;

namespace LisNative.Cli.Verbs;

/// <summary>inspect: what a model file holds, and which false-alarm rates it can promise.</summary>
internal static class Inspect
{
    internal static Command Command()
    {
        var model = new Argument<string>("MODEL") { Description = "A model file that train wrote; with --weights any safetensors file." };
        var weights = new Option<bool>("--weights")
        { Description = "List the tensors of any safetensors file instead: names, shapes, types." };
        var json = Common.Json();
        var command = new Command("inspect", "Show a model's method, settings, origin, and the false-alarm rates that it can promise.")
            { model, weights, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(weights))
            {
                Weights(SafeTensors.Read(parsed.GetValue(model)!), new(parsed.GetValue(json)));
                return;
            }

            using var detector = Detector.Load(parsed.GetValue(model)!);
            var (method, origin, calibration) = (Methods.Find(detector.Options), detector.Provenance, detector.Calibration);
            var terminal = new Terminal(parsed.GetValue(json));
            var sweep = calibration.Scores.Length > 0 ? calibration.Sweep() : [];
            terminal.Result(
                new JsonObject
                {
                    ["method"] = method.Name,
                    ["sample"] = Sizes(detector.SampleShape),
                    ["columns"] = detector.Columns?.Names is { } columns ? new JsonArray([.. columns])
                    : null,
                    ["encoding"] = detector.Columns?.Encoding?.Write(),
                    ["windows"] = detector.Windows is not { } w ? null
                    : new JsonObject { ["length"] = w.Length, ["stride"] = w.Stride, ["step"] = w.Step, ["time"] = detector.Columns?.Time },
                    ["range"] = detector.Range is var (low, high) ? new JsonArray(low, high) : null,
                    ["settings"] = method.Write(detector.Options),
                    ["training"] = ProgressText.Json(origin.Training),
                    ["engine"] = origin.Engine,
                    ["normal"] = new JsonObject { ["count"] = origin.Normal, ["fingerprint"] = origin.NormalFingerprint },
                    ["negative"] = new JsonObject { ["count"] = origin.Negative, ["fingerprint"] = origin.NegativeFingerprint },
                    ["heldOut"] = calibration.Scores.Length,
                    ["groups"] = origin.Groups,
                    ["heldOutGroups"] = origin.HeldOutGroups,
                    ["thresholds"] = new JsonArray(
                    [.. sweep.Select(s => new JsonObject
                    { ["falseAlarmRate"] = s.Rate, ["threshold"] = s.Threshold, ["deviation"] = s.Deviation })]),
                },
                [
                ("method", $"{method.Name}: {method.Summary}"),
                ("samples", detector.SampleShape.Rank == 3
                ? $"images {detector.SampleShape} [channels, height, width], pixels in [0, "
                + $"1]{(detector.Range is var (least, most) ? $" for {least} to {most}" : "")}"
                : $"vectors {detector.SampleShape}, standardised"),
                .. detector.Windows is { } windows ? new[] { ("windows", Inspect.Windows(windows, detector.Columns?.Time)) } : [],
                .. detector.Columns?.Names is { } named ? new[] { ("columns", string.Join(", ", named)) } : [],
                .. detector.Columns?.Encoding is { } encoding ? new[]
                {
                    ("columns read", string.Join(", ", encoding.Columns.Select(c => c.Kind == ColumnKind.Number ? c.Name
                        : $"{c.Name} ({(c.Kind == ColumnKind.Date ? "dates" : "words")})"))),
                    ("missing values", encoding.Missing switch
                    {
                        Missing.Mean => "taken for the mean",
                        Missing.Median => "taken for the median",
                        _ => "refused",
                    }),
                } : [],
                ("settings", method.Write(detector.Options).ToJsonString()),
                .. ProgressText.Rows(origin.Training),
                ("engine", origin.Engine),
                ("normal data",
                $"{origin.Normal}{(origin.Groups is { } groups ? $" in {groups} groups" : "")}, {origin.NormalFingerprint}"),
                ("negatives", origin.Negative == 0 ? "none" : $"{origin.Negative}, {origin.NegativeFingerprint}"),
                ("held out", HeldOut(calibration))]);
            terminal.Show(Thresholds(sweep));
        });
        return command;
    }

    private static string Windows(Windows windows, string? time) => string.Create(CultureInfo.InvariantCulture,
        $"{windows.Length} rows of a signal, {windows.Stride} apart"
        + $"{(windows.Step is { } step ? $"; a row each {step:G6} seconds{(time is null ? "" : $", by {time}")}" : "")}");

    /// <summary>How many samples set thresholds, and what they promise.</summary>
    internal static string HeldOut(Calibration calibration) =>
        calibration.Scores.Length == 0 ? "none: no threshold can be set"
        : string.Create(CultureInfo.InvariantCulture,
            $"{calibration.Scores.Length}{(calibration.Groups == calibration.Scores.Length ? "" : $" in {calibration.Groups} groups")}; no "
            + $"rate below {calibration.PromisedRate:P2} can be promised");

    private static void Weights(SafeTensors file, Terminal terminal)
    {
        var table = new Table();
        table.AddColumns("tensor", "shape", "type");
        foreach (var (name, tensor) in file.Tensors)
        {
            table.AddRow(Terminal.Cell(name), Terminal.Cell(tensor.Shape.ToString()), Terminal.Cell(tensor.Type));
        }

        terminal.Result(new JsonObject(file.Tensors.ToDictionary(
            t => t.Key, t => (JsonNode?)new JsonObject { ["shape"] = Sizes(t.Value.Shape), ["type"] = t.Value.Type })), table);
    }

    private static JsonArray Sizes(Shape shape) => [.. shape.Sizes.ToArray().Select(s => JsonValue.Create(s))];

    /// <summary>Each rate with its threshold; ± is the standard deviation of the true rate over draws of the held-out samples.</summary>
    private static Table Thresholds(IReadOnlyList<(double Rate, float Threshold, double Deviation)> sweep)
    {
        var table = new Table();
        table.AddColumns("false alarms at most", "±", "threshold");
        foreach (var (rate, threshold, deviation) in sweep)
        {
            table.AddRow(FormattableString.Invariant($"{rate:P1}"), FormattableString.Invariant($"{deviation:P2}"),
                FormattableString.Invariant($"{threshold:G6}"));
        }

        return table;
    }
}
