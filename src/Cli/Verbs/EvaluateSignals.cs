using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Cli.Report;
using LisNative.Cli.Scoring;
using LisNative.Cli.Signals;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>
/// evaluate on the user's own signals: learn windows of normal rows, and measure on labelled rows, by point and by event.
/// </summary>
internal static class EvaluateSignals
{
    private static readonly Option<string?> Labels = new("--labels")
    { Description = "With --window: the column of --test that says 1 of anomalous rows and 0 of others." };

    private static readonly Option<string?> Ranges = new("--ranges")
    {
        Description = "With --window and --time, in place of --labels: a file of anomalous ranges, JSON "
        + "{\"file.csv\": [[\"start\", \"end\"]]} by the names of the files of --test, or rows start,end.",
    };

    internal static IReadOnlyList<Option> Options { get; } = [Labels, Ranges];

    internal static int Run(
        ParseResult parsed, Windows windows, Reading reading, MethodOptions settings, Terminal terminal, string? negative, string device,
        DataFolder data, long? memory, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var how = reading.Options(parsed);
        var (method, options) = settings.Read(parsed);
        var limit = settings.Limit(parsed, options);
        double rate = Rating.CheckRate(EvaluateOwn.Rate.Name, parsed.GetValue(EvaluateOwn.Rate));
        var (normal, tests, page) = (parsed.GetValue(EvaluateOwn.Normal), parsed.GetValue(EvaluateOwn.Test) ?? [],
            parsed.GetValue(EvaluateOwn.PageFile));
        Check(parsed, normal, tests, how);
        if (page is not null)
        {
            Outputs.Check(EvaluateOwn.PageFile.Name, page, [normal, negative, parsed.GetValue(Ranges), .. tests]);
        }

        var on = Common.OpenDevice(device);
        var (positives, negatives) = TrainingData.Read(
            terminal, data, normal!, negative, how, on, method, options, null, null, memory, windows);
        how = how with
        { Label = parsed.GetValue(Labels), Like = TableColumns.Of(positives), Columns = null, Categories = null, Dates = null };
        var scaling = settings.Scaling(parsed, positives);
        var ranges = new RangeLabels(parsed.GetValue(Ranges));
        Dataset[] signals = [.. tests.Select(t => terminal.Doing($"reading {t}", () => Read(t, how, ranges)))];
        ranges.WarnOfUnmet(how.Warn);
        using var detector = terminal.WithProgress(p => Detector.Fit(
            on, positives, negatives, options, p, limit: limit, memory: memory, scaling: scaling, cancellation: cancellation));
        Terminal.Warn(detector.Health!);
        Array.ForEach(signals, s => SignalArguments.WarnOfStep(detector, s.Name, s, how.Warn));
        float threshold = Rating.Threshold(detector, rate);
        var all = new SignalEvaluation(
            [.. signals.Select(s => terminal.Doing($"scoring {s.Name}", () => new ScoredSignal(s, detector.Score(s))))], threshold);
        var measured = all.Measures();
        bool isDrawn = page is not null && terminal.Doing("drawing the page", () => Page.IsDrawn(page, "page", () => Page.Write(
            page, $"Evaluation of {method.Name} on signals", [new SignalPage(
                [("method", method.Summary), ("normal data", $"{normal}, {positives.Count} windows of {windows.Length} rows"),
                .. negatives is null ? [] : new[] { ("negative examples", $"{negatives.Name}, {negatives.Count} windows") }],
                all, rate, detector.Health!.Warnings).Html()], "signal")));
        measured["report"] = isDrawn ? page : null;
        Report(terminal, detector, method, measured, rate, reading, clock);
        return reading.ExitCode;
    }

    private static void Check(ParseResult parsed, string? normal, string[] tests, ReadOptions how)
    {
        var (labels, ranges) = (parsed.GetValue(Labels), parsed.GetValue(Ranges));
        if (normal is null || tests.Length == 0)
        {
            throw new InputException(
                normal is null ? "--normal" : "--test", "expected both --normal and --test, found one of them or none");
        }

        if ((labels is null) == (ranges is null))
        {
            throw new InputException(Labels.Name, $"expected either --labels or --ranges, found {(labels is null ? "neither" : "both")}");
        }

        if (ranges is not null && how.Time is null)
        {
            throw new InputException(Ranges.Name, "expected --time COLUMN with it, since ranges are of times, found none");
        }

        if (!Ranks.Alone)
        {
            throw new InputException("--window", $"expected a single process, found several and {Ranks.Flag.Name}");
        }
    }

    /// <summary>Labelled rows of a signal.</summary>
    private static Dataset Read(string path, ReadOptions how, RangeLabels ranges)
    {
        var rows = Sources.Open(path, how);
        if (rows.SampleShape.Rank != 1 || (ranges.Path is not null && rows.Times is null))
        {
            throw new InputException(path, $"expected a table as text of rows in time order, found samples {rows.SampleShape}");
        }

        return ranges.Path is null ? rows : rows.Labelled(ranges.Of(Path.GetFileName(path), rows.Times!));
    }

    private static void Report(
        Terminal terminal, Detector detector, Method method, JsonObject measured, double rate, Reading reading, Stopwatch clock)
    {
        double seconds = clock.Elapsed.TotalSeconds;
        List<(string, string)> rows =
        [
            ("method", method.Summary), ("AUROC of rows", EvaluateOwn.Number(measured["auroc"])),
            ("average precision of rows", EvaluateOwn.Number(measured["averagePrecision"])),
            (FormattableString.Invariant($"false alarms, {rate:P1} asked for"), EvaluateOwn.Number(measured["falseAlarmRate"])),
            ("events with an alarm", $"{measured["eventsFound"]} of {measured["events"]}"),
            ("rows from an event's start to its alarm, mean", EvaluateOwn.Number(measured["delay"])),
            .. measured["report"] is { } page ? new[] { ("report", page.GetValue<string>()) } : [],
            .. ProgressText.Rows(detector.Provenance.Training), ("seconds", FormattableString.Invariant($"{seconds:F1}")),
        ];
        EvaluateOwn.AddFit(measured, method, detector, rate, reading, seconds);
        terminal.Result(measured, [.. rows]);
    }
}
