using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Cli.Inspecting;
using LisNative.Cli.Report;
using LisNative.Cli.Scoring;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>evaluate on the user's own samples: train on normal ones, and measure on good and faulty ones of a test set.</summary>
internal static class EvaluateOwn
{
    internal static readonly Option<string?> Normal = new("--normal") { Description = "Your own normal data to train on, with --test." };

    internal static readonly Option<string[]> Test = new("--test")
    {
        Description = "Your own samples to test on: a folder that has a folder of good pictures (good, normal or ok) and one for each kind "
        + "of fault; or two files, normal samples and others. With --window the files of signals, with --labels or --ranges.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Masks = new("--masks")
    {
        Description = "Masks of the faults, a folder for each kind as in --test: KIND/NAME.png or KIND/NAME_mask.png, black where there is "
        + "no fault. Maps of the reconstruction's errors are measured against them.",
    };

    private static readonly Option<string?> Folder = new("--folder")
    {
        Description = "A folder laid out as those of MVTec AD, in place of --normal, --test and --masks: train/good, test/good, test/KIND, "
        + "ground_truth/KIND.",
    };

    internal static readonly Option<double> Rate = new("--false-alarms")
    {
        Description = "The share of your own normal samples that may be flagged, by which normal data choose the threshold.",
        DefaultValueFactory = _ => 0.05,
        CustomParser = Common.Number,
    };

    internal static readonly Option<string?> PageFile = new("--report")
    {
        Description = "Also write a page, one HTML file: figures, curves, a threshold to move, and the samples worth a look, with the maps "
        + "of their scores.",
    };

    internal static IReadOnlyList<Option> Options { get; } = [Normal, Test, Masks, Folder, Rate, PageFile];

    /// <summary>Those that say nothing to signals.</summary>
    internal static IReadOnlyList<Option> OfPictures { get; } = [Masks, Folder];

    /// <summary>Whether the user's own samples are asked for.</summary>
    internal static bool IsAsked(ParseResult parsed) =>
        parsed.GetValue(Normal) is not null || parsed.GetValue(Folder) is not null || parsed.GetValue(Test)?.Length > 0;

    internal static int Run(
        ParseResult parsed, Reading reading, MethodOptions settings, FeatureOptions features, Terminal terminal, string? negative,
        string device, DataFolder data, long? memory, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var how = reading.Options(parsed);
        var (method, options) = settings.Read(parsed);
        var limit = settings.Limit(parsed, options);
        double rate = Rating.CheckRate(Rate.Name, parsed.GetValue(Rate));
        var (normal, tests, masks) = Paths(parsed);
        var test = TestSet.Open(tests, masks, how);
        var ranks = Ranks.Join([normal, negative, .. tests]);
        string? page = Ranks.IsFirst ? parsed.GetValue(PageFile) : null;
        if (page is not null)
        {
            Outputs.Check(PageFile.Name, page, [normal, negative, masks, .. tests]);
        }

        terminal.Doing("looking at the masks", () => test.CheckMasks(how));
        var on = Common.OpenDevice(device);
        (var create, how) = features.Read(parsed, settings, normal, terminal, on, how);
        var (positives, negatives) = TrainingData.Read(
            terminal, data, normal, negative, how, on, method, options, ranks, create, memory);
        using var extractor = create?.Invoke(positives.SampleShape);
        var scaling = settings.Scaling(parsed, positives);
        using var detector = terminal.WithProgress(
            p => Detector.Fit(on, positives, negatives, options, p, ranks: ranks, features: extractor, limit: limit, memory: memory,
                scaling: scaling, cancellation: cancellation));
        if (test.Masks is not null && !(detector.Explains && detector.SampleShape.Rank == 3))
        {
            Terminal.Warn($"{method.Name} draws no maps of pictures; {test.Masks} is not looked at");
            test = test with { Masks = null };
        }

        Terminal.Warn(detector.Health!);
        float threshold = Rating.Threshold(detector, rate);
        how = how with
        {
            Sample = detector.SampleShape,
            Like = detector.Columns,
            Group = null,
            Columns = null,
            Categories = null,
            Dates = null,
            Progress = (_, _) => { },
        };
        var inspection = terminal.WithProgress(p => new Inspection(detector, test, how, p), Inspection.Phase);
        var measured = inspection.Measures(threshold);
        bool isDrawn = page is not null && terminal.Doing("drawing the page",
            () => new InspectionReport(page, detector, test, how, positives).IsDrawn(
                [.. Data(method, normal, positives, negatives), .. features.Facts(parsed, extractor)], inspection, measured, rate,
                threshold));
        measured["report"] = isDrawn ? page : null;
        Report(terminal, detector, method, measured, rate, reading, clock);
        return reading.ExitCode;
    }

    private static (string Normal, string[] Test, string? Masks) Paths(ParseResult parsed)
    {
        var (normal, test, masks) = (parsed.GetValue(Normal), parsed.GetValue(Test) ?? [], parsed.GetValue(Masks));
        if (parsed.GetValue(Folder) is not { } folder)
        {
            return normal is not null && test.Length > 0 ? (normal, test, masks)
                : throw new InputException(normal is null ? "--normal" : "--test", "expected both --normal and --test, found one of them");
        }

        if (normal is not null || test.Length > 0 || masks is not null)
        {
            throw new InputException("--folder", "expected it in place of --normal, --test and --masks, found one of these as well");
        }

        masks = Path.Combine(folder, "ground_truth");
        return (Path.Combine(folder, "train", "good"), [Path.Combine(folder, "test")], Directory.Exists(masks) ? masks : null);
    }

    /// <summary>What was learnt from, in words.</summary>
    private static (string, string)[] Data(Method method, string normal, Dataset positives, Dataset? negatives) =>
    [
        ("method", method.Summary),
        ("normal data", $"{normal}, {positives.Count} samples"),
        .. negatives is null ? [] : new[] { ("negative examples", $"{negatives.Name}, {negatives.Count} samples") },
    ];

    private static void Report(
        Terminal terminal, Detector detector, Method method, JsonObject measured, double rate, Reading reading, Stopwatch clock)
    {
        List<(string, string)> rows =
        [
            ("method", method.Summary),
            .. Inspection.Figures.Where(f => measured.ContainsKey(f.Key)).Select(f => (f.Name, Number(measured[f.Key]))),
            (FormattableString.Invariant($"false alarms, {rate:P0} asked for"), Number(measured["falseAlarmRate"])),
            ("missed", Number(measured["missRate"])),
        ];
        rows.AddRange(measured["kinds"]!.AsArray().Select(k => ($"  AUROC of {k!["name"]} ({k["count"]})", Number(k["auroc"]))));
        double seconds = clock.Elapsed.TotalSeconds;
        if (measured["report"] is { } page)
        {
            rows.Add(("report", page.GetValue<string>()));
        }

        rows.AddRange(ProgressText.Rows(detector.Provenance.Training));
        rows.Add(("seconds", FormattableString.Invariant($"{seconds:F1}")));
        AddFit(measured, method, detector, rate, reading, seconds);
        terminal.Result(measured, [.. rows]);
    }

    /// <summary>A figure for people.</summary>
    internal static string Number(JsonNode? value) =>
        value is null ? "none" : FormattableString.Invariant($"{value.GetValue<double>():F4}");

    /// <summary>Adds to what was measured how it came about.</summary>
    internal static void AddFit(JsonObject measured, Method method, Detector detector, double rate, Reading reading, double seconds)
    {
        measured["method"] = method.Name;
        measured["falseAlarms"] = rate;
        measured["heldOut"] = detector.Calibration.Scores.Length;
        measured["unreadable"] = reading.Unreadable;
        measured["warnings"] = new JsonArray([.. detector.Health!.Warnings]);
        measured["training"] = ProgressText.Json(detector.Provenance.Training);
        measured["seconds"] = Math.Round(seconds, 2);
        measured["settings"] = Methods.Find(detector.Options).Write(detector.Options);
    }
}
