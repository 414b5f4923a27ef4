using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using LisNative.Cli.Signals;
using LisNative.Data;
using LisNative.Random;
using LisNative.Scoring;

namespace LisNative.Cli.Verbs;

/// <summary>demo: the embedded stroke digits, both phases, and what latent shaping changes.</summary>
internal static class Demo
{
    private const ulong NormalStream = 1, NegativesStream = 2, TestStream = 3, OthersStream = 4;
    private const int NormalClass = 8, TrainCount = 2048, TestCount = 2000, Shown = 8, Written = 1000, New = 20;

    private const string Picture = "reconstructions.png", Model = "demo.lis";

    private const string Surfaces = "surfaces", Signals = "signals";

    private static readonly string[] Images = ["good", "other", "new"];

    internal static Command Command()
    {
        var folder = new Option<string>("--out")
        { Description = "Folder for the pictures and the model.", DefaultValueFactory = _ => "demo-out" };
        var images = new Option<bool>("--images")
        {
            Description = "Also write images to try the other verbs on: OUT/good, OUT/other, and OUT/new, whose names begin with the "
            + "digit."
        };
        var surfaces = new Option<bool>("--surfaces")
        {
            Description = "Also write pictures of surfaces to try evaluate on, laid out as MVTec AD: OUT/surfaces/train/good, test/good, "
            + "test/KIND with a fault in each, ground_truth/KIND with masks."
        };
        var signals = new Option<bool>("--signals")
        {
            Description = "Also write a signal of four columns to try --window on: OUT/signals/normal.csv, and OUT/signals/test.csv with "
            + "faults, labelled in its column anomalous and in OUT/signals/ranges.json."
        };
        var (seed, device, json) = (Common.Seed(), Common.DeviceName(), Common.Json());
        var command = new Command("demo", "Train on embedded stroke digits, no data needed, and show what latent shaping changes.")
            { folder, images, surfaces, signals, seed, device, json };
        command.SetAction((parsed, cancellation) =>
        {
            string place = parsed.GetValue(folder)!;
            CheckFolder(place);
            Run(place, parsed.GetValue(seed), Common.OpenDevice(parsed.GetValue(device)!), new Terminal(parsed.GetValue(json)),
                cancellation);
            if (parsed.GetValue(images))
            {
                WriteImages(place, new(parsed.GetValue(seed), 0xDE41));
            }

            if (parsed.GetValue(surfaces))
            {
                WriteSurfaces(Path.Combine(place, Surfaces), new(parsed.GetValue(seed), 0xDE42));
            }

            if (parsed.GetValue(signals))
            {
                SignalFiles.Write(Path.Combine(place, Signals), new(parsed.GetValue(seed), 0xDE43));
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(string folder, ulong seed, Device device, Terminal terminal, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var random = new Philox(seed, 0xDE40);
        var normal = StrokeDigits.Digits(TrainCount, random.FoldIn(NormalStream), NormalClass);
        var negatives = StrokeDigits.RandomStrokes(TrainCount, random.FoldIn(NegativesStream));
        var test = StrokeDigits.Digits(TestCount, random.FoldIn(TestStream));
        terminal.Say(
            $"Normal: {normal.Count} stroke digits {NormalClass}. Negatives: {negatives.Count} random strokes. Test: {test.Count} digits "
            + "of all classes.");

        var options = new LisOptions { Latent = 32, Epochs1 = 15, Epochs2 = 8, NegativePool = 4096, Seed = seed };
        using var detector = terminal.WithProgress(p => Detector.Fit(device, normal, negatives, options, p, cancellation: cancellation));
        var (positives, anomalies) = (test.OfClasses(NormalClass), test.OfClasses(0, 1, 2, 3, 4, 5, 6, 7, 9));
        double before = Metrics.Auc(detector.Score(positives, "ae"), detector.Score(anomalies, "ae"));
        double after = Metrics.Auc(detector.Score(positives), detector.Score(anomalies));
        string picture = Path.Combine(folder, Picture), model = Path.Combine(folder, Model);
        detector.Save(model);
        Draw(picture, detector, positives, anomalies);

        Terminal.Warn(detector.Health!);
        double seconds = clock.Elapsed.TotalSeconds;
        terminal.Result(
            new JsonObject
            {
                ["aucAutoencoder"] = before,
                ["aucLis"] = after,
                ["seconds"] = Math.Round(seconds, 2),
                ["picture"] = picture,
                ["model"] = model
            },
            ("AUC of the autoencoder (phase 1)", FormattableString.Invariant($"{before:F4}")),
            ("AUC of the LIS-AE (phase 2)", FormattableString.Invariant($"{after:F4}")),
            ("seconds", FormattableString.Invariant($"{seconds:F1}")),
            ("picture: inputs, autoencoder, LIS-AE", picture),
            ("model", model));
    }

    /// <summary>Nothing of the user's is overwritten. A demo writes its model first; a folder without one is no earlier demo's.</summary>
    private static void CheckFolder(string folder)
    {
        AtomicFile.Check(Path.Combine(folder, Model));
        if (!File.Exists(Path.Combine(folder, Model))
            && Array.Find([Picture, Surfaces, Signals, .. Images], name => Path.Exists(Path.Combine(folder, name))) is { } taken)
        {
            throw new InputException("--out",
                $"expected a new folder or that of an earlier demo, found {folder} with a {taken} in it, which would be overwritten");
        }
    }

    private static void WriteImages(string folder, Philox random)
    {
        var unseen = StrokeDigits.Digits(New, random.FoldIn(TestStream), NormalClass)
            .Concat(StrokeDigits.Digits(New, random.FoldIn(OthersStream), 0, 1, 2, 3, 4, 5, 6, 7, 9));
        Dataset[] sets =
            [StrokeDigits.Digits(Written, random.FoldIn(NormalStream), NormalClass),
                StrokeDigits.RandomStrokes(Written, random.FoldIn(NegativesStream)), unseen];
        foreach (var (name, set) in Images.Zip(sets))
        {
            PngFiles.Write(Path.Combine(folder, name), set);
        }
    }

    private static void WriteSurfaces(string folder, Philox random)
    {
        const int Train = 200, Test = 40, Each = 20;
        void Write(string place, Dataset set, string ending = "") =>
            PngFiles.Write(Path.Combine(folder, place), set, i => $"{i:D3}{ending}");
        Write("train/good", TexturedSurfaces.Good(Train, random.FoldIn(NormalStream)));
        Write("test/good", TexturedSurfaces.Good(Test, random.FoldIn(TestStream)));
        foreach (var (number, kind) in TexturedSurfaces.Kinds.Index())
        {
            var (faulty, masks) = TexturedSurfaces.Faulty(kind, Each, random.FoldIn(OthersStream + (ulong)number));
            Write($"test/{kind}", faulty);
            Write($"ground_truth/{kind}", masks, "_mask");
        }
    }

    /// <summary>Rows: inputs, reconstructions of the autoencoder, of the LIS-AE. Green columns are normal, red ones anomalies.</summary>
    private static void Draw(string path, Detector detector, Dataset normal, Dataset anomalies)
    {
        int[] first = [.. Enumerable.Range(0, Shown)];
        var shown = normal.Select("normal", first).Concat(anomalies.Select("anomalies", [.. first, Shown]));
        ImageGrid.Write(path, shown.SampleShape, [shown.ToFloats(), detector.Reconstruct(shown, "ae"), detector.Reconstruct(shown)],
            (_, column) => column < Shown);
    }
}
