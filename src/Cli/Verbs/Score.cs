using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Cli.Scoring;
using LisNative.Cli.Signals;
using LisNative.Data;
using LisNative.Experiments;
using LisNative.Scoring;

namespace LisNative.Cli.Verbs;

/// <summary>score: one number a sample, how likely a normal one is to score so high, and whether that is too unlikely.</summary>
internal static class Score
{
    private static readonly Option<string> Model = new("--model") { Description = "A model file that train wrote.", Required = true };
    private static readonly Argument<string[]> Samples = new("DATA")
    {
        Description = "Folders or zips of images, images, patterns (new/**/*.png), IDX, .npy, .npz, tables as text (.csv, .tsv, .txt), a "
        + "data set's name (mnist:8), or - for standard input: a table's rows, scored as they arrive, or paths.",
        Arity = ArgumentArity.OneOrMore
    };
    private static readonly Option<bool> Resize = new("--resize")
    { Description = "Scale images to the model's size; otherwise another size is refused." };
    private static readonly Option<string> Format = new("--format")
    { Description = "csv, or jsonl for one JSON object a line.", DefaultValueFactory = _ => "csv" };
    private static readonly Option<string?> Explain = new("--explain")
    {
        Description = "Folder for one picture a sample: input, reconstruction, nearest normal reconstruction, error of each pixel; and "
        + "the latent directions that reacted."
    };
    private static readonly Option<int> Reasons = new("--explain-columns")
    {
        Description = "Of a table: say with each score which columns made it so, this many, their values, what they would be in a normal "
        + "row, and their shares."
    };
    private static readonly Option<bool> Watch = new("--watch")
    { Description = "DATA is a folder: score its images, then others as they arrive, until interrupted." };

    internal static Command Command()
    {
        Format.AcceptOnlyFromAmong("csv", "jsonl");
        var (folder, reading, device, json) =
            (Common.DataFolder(), new Reading(sized: false, grouped: true), Common.DeviceName(), Common.Json());
        var rating = new Rating();
        var command = new Command("score",
            "Score samples with a trained model; higher is more anomalous. "
            + "With --ranks the processes that mpirun starts share the samples.")
        {
            Model, Samples, Resize, Format, Explain, Reasons, Watch, folder, device, Ranks.Flag, json, rating.All, reading.All,
        };
        command.SetAction((parsed, cancellation) =>
        {
            rating.Check(parsed, parsed.GetValue(Watch));
            CheckShared(parsed);
            var ranks = Ranks.Join([parsed.GetValue(Model), .. parsed.GetValue(Samples)!]);
            using var detector = Detector.Load(Common.OpenDevice(parsed.GetValue(device)!), parsed.GetValue(Model)!);
            var how = How(detector, reading, parsed, parsed.GetValue(Resize));
            CheckSignals(parsed, detector, how);
            float threshold = rating.Threshold(detector, parsed);
            var monitor = rating.Monitor(detector, parsed);
            int reasons = CheckReasons(parsed, detector);
            var maps = parsed.GetValue(Explain) is { } place ? new HeatMaps(place, detector, threshold) : null;
            maps?.Check(parsed.GetValue(Samples)!);
            string[] arguments = parsed.GetValue(Samples)!;
            var data = new DataFolder(parsed.GetValue(folder));
            using var told = parsed.GetValue(Watch) ? null : new Terminal(parsed.GetValue(json)).BesideResults("scoring");
            string counted = detector.Windows is not null ? "rows" : detector.SampleShape.Rank == 3 ? "pictures" : "samples";
            int done = 0;
            ScoredBatch Scored(SampleBatch batch)
            {
                var scored = ScoreBatch(detector, batch, maps, reasons, reading, cancellation);
                told?.Report(new("scoring", done += batch.Names.Count, batch.Of, double.NaN) { Counted = counted });
                return scored;
            }

            var scored = parsed.GetValue(Watch)
                ? Watched(arguments, how, Scored, reading, cancellation)
                : Told(SharedScores.Gather(detector.Windows is not null ? SignalArguments.Open(arguments, data, how, detector)
                    : SampleArguments.Open(arguments, data, how), Scored, ranks), reading);
            var rated = rating.Rated(scored, detector, threshold, monitor, parsed);
            if (parsed.GetValue(json))
            {
                PrintObject(rated, rating.Rate(parsed), rating.Discoveries(parsed), threshold, reading, monitor);
            }
            else
            {
                new ScoreWriter(Console.Out, parsed.GetValue(Format) == "jsonl", reasons > 0, IsTimed(detector, how)).Write(rated);
            }

            Rating.TellDrift(monitor);
            return Task.FromResult(reading.ExitCode);
        });
        return command;
    }

    /// <summary>How samples are read for a detector.</summary>
    internal static ReadOptions How(Detector detector, Reading reading, ParseResult parsed, bool resize)
    {
        var asked = reading.Options(parsed);
        return detector.Reading(asked with { Range = reading.RangeOf(detector, parsed), Progress = (_, _) => { } }, resize);
    }

    /// <summary>How many columns are to be named with each score; 0 where nobody asked.</summary>
    private static int CheckReasons(ParseResult parsed, Detector detector) =>
        !parsed.IsGiven(Reasons) ? 0
        : detector.SampleShape.Rank == 1 ? Common.AtLeastOne(Reasons.Name, parsed.GetValue(Reasons))
        : throw new InputException(Reasons.Name, "expected a model of tables, found one of images, which --explain shows");

    private static ScoredBatch ScoreBatch(
        Detector detector, SampleBatch batch, HeatMaps? maps, int reasons, Reading reading, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        NamedSamples? read = null;
        float[]? scores = null;
        var unreadable = reading.Collect(() =>
        {
            read = batch.Read();
            scores = read is null ? null : maps?.Write(read.Names, read.Samples) ?? detector.ScoreNext(read.Samples, read.Carried);
        });
        return scores is null ? new([], [], unreadable) : new(read!.Names, scores, unreadable)
        {
            Continues = read.Carried > 0,
            Reasons = reasons > 0 ? Explained(detector, read, reasons) : null,
            Times = read.Samples.Times is { } times ? [.. times.Skip(read.Carried)] : null,
        };
    }

    private static IReadOnlyList<IReadOnlyList<ColumnShare>> Explained(Detector detector, NamedSamples read, int most) =>
        detector.AreRows(read.Samples) && detector.Windows!.Longest(read.Samples) < detector.Windows.Length
            ? [.. read.Names.Select(_ => Array.Empty<ColumnShare>())]
            : [.. detector.ExplainColumns(read.Samples, most).Skip(read.Carried)];

    /// <summary>
    /// Names what could not be read as soon as something could. Where nothing could that is one sentence, and the end; where nothing but
    /// sizes is wrong, of so many images, soon.
    /// </summary>
    private static IEnumerable<ScoredBatch> Told(IEnumerable<ScoredBatch> scored, Reading reading)
    {
        const int Many = 64, Most = 10_000;
        var untold = new List<InputException>();
        bool any = false;
        foreach (var batch in scored)
        {
            untold.AddRange(batch.Unreadable);
            any |= batch.Names.Count > 0 || untold.Count > Most;
            if (any)
            {
                untold.ForEach(reading.Tell);
                untold.Clear();
                yield return batch;
            }
            else if (untold.Count >= Many && untold.All(p => p is OtherSizeException))
            {
                break;
            }
        }

        if (untold.Count > 0)
        {
            throw untold is [var only] ? only
                : new InputException($"none of {untold.Count} files can be read; the first: {untold[0].Message}", untold[0]);
        }
    }

    /// <summary>Ranks share what all of them can read, and nothing that arrives or is written in turn.</summary>
    private static void CheckShared(ParseResult parsed)
    {
        string? odd = Ranks.Alone ? null : parsed.GetValue(Watch) ? Watch.Name : parsed.GetValue(Explain) is not null ? Explain.Name
            : parsed.GetValue(Reasons) > 0 ? Reasons.Name : parsed.GetValue(Samples)!.Contains("-") ? "-" : null;
        if (odd is not null)
        {
            throw new InputException(odd, $"expected a single process, found several and {Ranks.Flag.Name}");
        }
    }

    /// <summary>Signals are scored row after row by one process.</summary>
    private static void CheckSignals(ParseResult parsed, Detector detector, ReadOptions how)
    {
        if (detector.Windows is null && how.Group is not null)
        {
            throw new InputException(
                "--group", "expected none but with a model of windows, which go from no group into another, found one");
        }

        string? odd = detector.Windows is null ? null : parsed.GetValue(Watch) ? Watch.Name
            : parsed.GetValue(Explain) is not null ? Explain.Name : Ranks.Alone ? null : Ranks.Flag.Name;
        if (odd is not null)
        {
            throw new InputException(odd, "expected none with a model of windows, which scores the rows of signals, found one");
        }
    }

    /// <summary>Whether scores have times.</summary>
    private static bool IsTimed(Detector detector, ReadOptions how) =>
        detector.Windows is not null && (how.Time ?? detector.Columns?.Time) is not null;

    /// <summary>What arrives in a folder.</summary>
    private static IEnumerable<ScoredBatch> Watched(
        string[] folders, ReadOptions how, Func<SampleBatch, ScoredBatch> score, Reading reading, CancellationToken cancellation)
    {
        string folder = folders.Length == 1 ? folders[0]
            : throw new InputException("--watch", $"expected one folder, found {folders.Length}");
        foreach (var batch in new Arrivals(folder, how)
            .Watch(path => score(new([path], () => SampleStream.Open(path, how).Single().Read())), cancellation))
        {
            foreach (var problem in batch.Unreadable)
            {
                reading.Tell(problem);
            }

            reading.Forget(batch.Names);
            yield return batch;
        }
    }

    private static void PrintObject(
        IEnumerable<RatedBatch> rated, double rate, double? discoveries, float threshold, Reading reading, DriftMonitor? monitor)
    {
        var all = rated.ToArray();
        var result = new JsonObject
        {
            ["threshold"] = float.IsFinite(threshold) ? threshold : null,
            ["falseAlarmRate"] = discoveries is null ? rate : null,
            ["samples"] = new JsonArray([.. all.SelectMany(s => s.Names)]),
            ["scores"] = new JsonArray([.. all.SelectMany(s => s.Scores).Select(ScoreWriter.Json)]),
            ["pValues"] = new JsonArray([.. all.SelectMany(s => s.PValues)]),
            ["anomalous"] = new JsonArray([.. all.SelectMany(s => s.Anomalous)]),
            ["unreadable"] = reading.Unreadable,
        };
        if (discoveries is not null)
        {
            result["falseDiscoveryRate"] = discoveries;
        }

        if (all.Any(s => s.Times is not null))
        {
            result["times"] = new JsonArray([.. all.SelectMany(s => s.Times ?? new string?[s.Scores.Length])]);
        }

        if (all.Any(s => s.Reasons is not null))
        {
            result["columns"] = new JsonArray([.. all.SelectMany(s => s.Reasons ?? []).Select(ScoreWriter.Json)]);
        }

        if (monitor is not null)
        {
            result["drift"] = new JsonObject { ["logCapital"] = monitor.GreatestLogCapital, ["from"] = monitor.AlarmAt };
        }

        new Terminal(json: true).Object(result);
    }
}
