using System.Globalization;
using System.CommandLine;
using System.Text.Json.Nodes;
using LisNative.Cli.Scoring;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>score: one number a sample, how likely a normal one is to score so high, and whether that is too unlikely.</summary>
internal static class Score
{
    private static readonly Option<string> Model = new("--model") { Description = "A model file that train wrote.", Required = true };
    private static readonly Argument<string[]> Samples = new("DATA")
    {
        Description = "Folders or zips of images, images, patterns (new/**/*.png), IDX, .npy, .npz, tables as text (.csv, .tsv, .txt), a "
        + "data set's name (mnist:8), or - for paths on standard input.",
        Arity = ArgumentArity.OneOrMore
    };
    private static readonly Option<double> Rate = new("--false-alarms")
    { Description = "Share of normal samples that may be flagged.", DefaultValueFactory = _ => 0.05, CustomParser = Common.Number };
    private static readonly Option<bool> Resize = new("--resize")
    { Description = "Scale images to the model's size; otherwise another size is refused." };
    private static readonly Option<string> Format = new("--format")
    { Description = "csv, or jsonl for one JSON object a line.", DefaultValueFactory = _ => "csv" };
    private static readonly Option<string?> Explain = new("--explain")
    {
        Description = "Folder for one picture a sample: input, reconstruction, nearest normal reconstruction, error of each pixel; and "
        + "the latent directions that reacted."
    };
    private static readonly Option<bool> Watch = new("--watch")
    { Description = "DATA is a folder: score its images, then others as they arrive, until interrupted." };

    internal static Command Command()
    {
        Format.AcceptOnlyFromAmong("csv", "jsonl");
        var (folder, reading, device, json) = (Common.DataFolder(), new Reading(sized: false), Common.DeviceName(), Common.Json());
        var command = new Command("score",
            "Score samples with a trained model; higher is more anomalous. "
            + "With --ranks the processes that mpirun starts share the samples.")
        { Model, Samples, Rate, Resize, Format, Explain, Watch, folder, device, Ranks.Flag, json };
        reading.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            double rate = CheckRate(parsed.GetValue(Rate));
            CheckShared(parsed.GetValue(Watch), parsed.GetValue(Samples)!, parsed.GetValue(Explain));
            var ranks = Ranks.Join([parsed.GetValue(Model), .. parsed.GetValue(Samples)!]);
            using var detector = Detector.Load(Common.OpenDevice(parsed.GetValue(device)!), parsed.GetValue(Model)!);
            float threshold = Threshold(detector, rate);
            var maps = parsed.GetValue(Explain) is { } place ? new HeatMaps(place, detector, threshold) : null;
            maps?.Check(parsed.GetValue(Samples)!);
            var asked = reading.Options(parsed);
            var how = asked with
            {
                Size = (parsed.GetValue(Resize) || detector.TakesAnyPicture) && detector.SampleShape.Rank == 3
                    ? (detector.SampleShape[1], detector.SampleShape[2]) : null,
                Colour = !detector.TakesAnyPicture ? asked.Colour : detector.SampleShape[0] == 1 ? Colour.Grey : Colour.Rgb,
                Sample = detector.SampleShape,
                Like = detector.Columns,
                Range = reading.RangeOf(detector, parsed),
                Progress = (_, _) => { },
            };
            string[] arguments = parsed.GetValue(Samples)!;
            using var told = parsed.GetValue(Watch) ? null : new Terminal(parsed.GetValue(json)).BesideResults("scoring");
            string counted = detector.SampleShape.Rank == 3 ? "pictures" : "samples";
            int done = 0;
            ScoredBatch Scored(SampleBatch batch)
            {
                var scored = ScoreBatch(detector, batch, maps, reading, cancellation);
                told?.Report(new("scoring", done += batch.Names.Count, batch.Of, double.NaN) { Counted = counted });
                return scored;
            }

            var scored = parsed.GetValue(Watch)
                ? Watched(arguments, how, Scored, reading, cancellation)
                : Told(SharedScores.Gather(SampleArguments.Open(arguments, new DataFolder(parsed.GetValue(folder)), how), Scored, ranks),
                    reading);
            var rated = scored.Select(s => (s.Names, s.Scores, PValues(detector, s.Scores)));
            if (parsed.GetValue(json))
            {
                PrintObject(rated, rate, threshold, reading);
            }
            else
            {
                PrintLines(rated, new ScoreWriter(Console.Out, parsed.GetValue(Format) == "jsonl", threshold));
            }

            return Task.FromResult(reading.ExitCode);
        });
        return command;
    }

    internal static double CheckRate(double rate) => rate is > 0 and < 1 ? rate
        : throw new InputException("--false-alarms", FormattableString.Invariant($"expected a share between 0 and 1, found {rate}"));

    /// <summary>The threshold of a rate; +∞, with a warning, when too few normal samples were held out to promise it.</summary>
    internal static float Threshold(Detector detector, double rate)
    {
        if (rate < detector.Calibration.LeastRate)
        {
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{detector.Calibration.Scores.Length} normal samples were held out, too few to promise {rate:P2} false alarms (the least "
                + $"is {detector.Calibration.LeastRate:P2}); nothing is flagged"));
            return float.PositiveInfinity;
        }

        if (rate < detector.Calibration.PromisedRate)
        {
            Terminal.Warn(string.Create(CultureInfo.InvariantCulture,
                $"{detector.Calibration.Groups} groups of normal samples were held out: for samples of new groups no rate below "
                + $"{detector.Calibration.PromisedRate:P2} is promised, and the threshold of {rate:P2} is an estimate; a larger share held "
                + $"out (heldOut) promises more"));
        }

        return detector.Threshold(rate);
    }

    private static ScoredBatch ScoreBatch(
        Detector detector, SampleBatch batch, HeatMaps? maps, Reading reading, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        NamedSamples? read = null;
        float[]? scores = null;
        var unreadable = reading.Collect(() =>
        {
            read = batch.Read();
            scores = read is null ? null : maps?.Write(read.Names, read.Samples) ?? detector.Score(read.Samples);
        });
        return scores is null ? new([], [], unreadable) : new(read!.Names, scores, unreadable);
    }

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

    private static double?[] PValues(Detector detector, float[] scores) =>
        [.. scores.Select(s => detector.Calibration.Scores.Length > 0 ? detector.Calibration.PValue(s) : (double?)null)];

    /// <summary>Ranks share what all of them can read, and nothing that arrives or is written in turn.</summary>
    private static void CheckShared(bool watch, string[] arguments, string? explain)
    {
        string? odd = Ranks.Alone ? null : watch ? "--watch" : explain is not null ? "--explain" : arguments.Contains("-") ? "-" : null;
        if (odd is not null)
        {
            throw new InputException(odd, $"expected a single process, found several and {Ranks.Flag.Name}");
        }
    }

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

    private static void PrintLines(IEnumerable<(IReadOnlyList<string> Names, float[] Scores, double?[] PValues)> scored, ScoreWriter writer)
    {
        bool first = true;
        foreach (var (names, scores, p) in scored)
        {
            if (first)
            {
                writer.Header();
                first = false;
            }

            for (int i = 0; i < scores.Length; i++)
            {
                writer.Write(names[i], scores[i], p[i]);
            }
        }
    }

    private static void PrintObject(
        IEnumerable<(IReadOnlyList<string> Names, float[] Scores, double?[] PValues)> scored, double rate, float threshold, Reading reading)
    {
        var all = scored.ToArray();
        float[] scores = [.. all.SelectMany(s => s.Scores)];
        new Terminal(json: true).Object(new JsonObject
        {
            ["threshold"] = float.IsFinite(threshold) ? threshold : null,
            ["falseAlarmRate"] = rate,
            ["samples"] = new JsonArray([.. all.SelectMany(s => s.Names).Select(n => JsonValue.Create(n))]),
            ["scores"] = new JsonArray([.. scores.Select(s => JsonValue.Create(s))]),
            ["pValues"] = new JsonArray([.. all.SelectMany(s => s.PValues).Select(p => JsonValue.Create(p))]),
            ["anomalous"] = new JsonArray([.. scores.Select(s => JsonValue.Create(s > threshold))]),
            ["unreadable"] = reading.Unreadable,
        });
    }
}
