using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Features;
using LisNative.Scoring;
using LisNative.Training;

namespace LisNative.Cli.Inspecting;

/// <summary>How well a detector finds the faults of a test set.</summary>
internal sealed class Inspection
{
    internal const string Phase = "scoring the test data";

    private readonly Detector detector;
    private readonly TestSet test;
    private readonly ReadOptions how;
    private readonly IProgress<TrainingProgress> progress;
    private readonly PixelMetrics pixels = new();
    private int done;

    internal Inspection(Detector detector, TestSet test, ReadOptions how, IProgress<TrainingProgress> progress)
    {
        (this.detector, this.test, this.how, this.progress) = (detector, test, how, progress);
        Tell();
        Good = Score(test.Good, null);
        Faulty = [.. test.Kinds.Select(k => Score(k.Path, k.Name))];
        AllFaulty = new("all faults", "", [.. Faulty.SelectMany(k => k.Names)], [.. Faulty.SelectMany(k => k.Scores)]);
    }

    /// <summary>The good samples.</summary>
    internal ScoredSet Good { get; }

    /// <summary>The others, by kind.</summary>
    internal IReadOnlyList<ScoredSet> Faulty { get; }

    /// <summary>The others together.</summary>
    internal ScoredSet AllFaulty { get; }

    /// <summary>What each figure over every threshold is called in <see cref="Measures"/>, and for people.</summary>
    internal static IReadOnlyList<(string Key, string Name)> Figures { get; } =
    [
        ("auroc", "AUROC"), ("averagePrecision", "average precision"), ("f1Max", "greatest F1"), ("pixelAuroc", "AUROC of pixels"),
        ("aupro", "AUPRO, false alarms up to 0.3"),
    ];

    /// <summary>What was measured, at a threshold that normal data chose.</summary>
    internal JsonObject Measures(float threshold)
    {
        float[] good = Good.Scores, faulty = AllFaulty.Scores;
        var measured = new JsonObject
        {
            ["auroc"] = Metrics.Auc(good, faulty),
            ["averagePrecision"] = Metrics.AveragePrecision(good, faulty),
            ["f1Max"] = Metrics.MaxF1(good, faulty),
            ["threshold"] = float.IsFinite(threshold) ? threshold : null,
            ["falseAlarmRate"] = Good.Flagged(threshold) / (double)good.Length,
            ["missRate"] = AllFaulty.Passed(threshold) / (double)faulty.Length,
            ["kinds"] = new JsonArray([.. Faulty.Select(k => new JsonObject
            {
                ["name"] = k.Kind,
                ["count"] = k.Scores.Length,
                ["auroc"] = Metrics.Auc(good, k.Scores),
            })]),
        };
        if (pixels.Any)
        {
            (measured["pixelAuroc"], measured["aupro"]) = pixels.Compute();
        }

        return measured;
    }

    private ScoredSet Score(string path, string? kind)
    {
        var (names, scores) = (new List<string>(), new List<float>());
        foreach (var batch in SampleStream.Open(path, how))
        {
            how.Cancellation.ThrowIfCancellationRequested();
            if (batch.Read() is { } read)
            {
                names.AddRange(read.Names);
                scores.AddRange(test.Masks is null ? detector.Score(read.Samples) : ScoreWithMaps(read, kind));
            }

            done += batch.Names.Count;
            Tell();
        }

        return scores.Count > 0 ? new(kind, path, names, [.. scores])
            : throw new InputException(path, "expected samples that can be read, found none");
    }

    private static (bool[] Mask, int Width) NoMask(string picture)
    {
        var (height, width) = TestSet.SizeOf(picture);
        return (new bool[height * width], width);
    }

    private void Tell() =>
        progress.Report(new(Phase, done, test.Pictures, double.NaN) { Counted = test.Pictures > 0 ? "pictures" : "samples" });

    private IEnumerable<float> ScoreWithMaps(NamedSamples read, string? kind)
    {
        foreach (var (explained, name) in detector.Explain(read.Samples).Zip(read.Names))
        {
            AddMap(explained.ErrorMap, name, kind);
            yield return explained.Score;
        }
    }

    /// <summary>The map in the picture's own pixels, beside its mask; a good picture has none.</summary>
    private void AddMap(float[] map, string picture, string? kind)
    {
        var (mask, width) = kind is null ? NoMask(picture) : test.ReadMask(kind, picture);
        int height = mask.Length / width;
        var grid = new PlaceGrid(PlaceAxis.Even(detector.SampleShape[1], height), PlaceAxis.Even(detector.SampleShape[2], width));
        pixels.Add(grid.Enlarge(map, height, width), mask, width);
    }
}
