using LisNative.Data;

namespace LisNative.Cli.Inspecting;

/// <summary>
/// The samples of a test set that are worth a look, by their scores. Only these are read again and explained; of the others nothing but
/// scores and names is kept.
/// </summary>
internal sealed class Examples
{
    /// <summary>In each list, and of the columns of a row.</summary>
    private const int Most = 6, MostColumns = 4;

    private readonly Detector detector;
    private readonly TestSet test;
    private readonly ReadOptions how;

    /// <param name="inspection">The scores.</param>
    /// <param name="detector">That gave them.</param>
    /// <param name="test">What was scored.</param>
    /// <param name="how">It was read.</param>
    internal Examples(Inspection inspection, Detector detector, TestSet test, ReadOptions how)
    {
        // What is odd about them was said when they were scored.
        (this.detector, this.test, this.how) = (detector, test, how with { Unreadable = _ => { }, Warn = _ => { } });
        Example[] good = [.. Of(inspection.Good).OrderByDescending(e => e.Score).Take(Most)],
            faulty = [.. inspection.Faulty.SelectMany(Of).OrderBy(e => e.Score)],
            missed = [.. faulty.Take(Math.Min(Most, (faulty.Length + 1) / 2))],
            clear = [.. faulty.Skip(missed.Length).Reverse().Take(Most)];
        var read = good.Concat(missed).Concat(clear).GroupBy(e => e.Set).SelectMany(Read).ToDictionary(e => (e.Set, e.Name));
        Example[] Whole(Example[] chosen) => [.. chosen.Select(e => read.GetValueOrDefault((e.Set, e.Name), e))];
        (WorstGood, Missed, Clear) = (Whole(good), Whole(missed), Whole(clear));
    }

    /// <summary>The good samples that score highest.</summary>
    internal Example[] WorstGood { get; }

    /// <summary>The faulty ones that score lowest.</summary>
    internal Example[] Missed { get; }

    /// <summary>Those that score highest.</summary>
    internal Example[] Clear { get; }

    /// <summary>Whether the samples are pictures that can be shown.</summary>
    internal bool ArePictures => Thumbnail.CanShow(detector.SampleShape);

    private static IEnumerable<Example> Of(ScoredSet set) => set.Names.Select((name, i) => new Example(set, name, set.Scores[i]));

    private IEnumerable<Example> Read(IGrouping<ScoredSet, Example> chosen)
    {
        var left = chosen.ToDictionary(e => e.Name);
        var files = left.Keys.ToLookup(IsPictureFile);
        foreach (string path in files[false].Any() ? files[true].Append(chosen.Key.Path) : files[true])
        {
            foreach (var batch in SampleStream.Open(path, how).Where(b => b.Names.Any(left.ContainsKey)))
            {
                how.Cancellation.ThrowIfCancellationRequested();
                var read = batch.Read();
                foreach (var (row, name) in read?.Names.Index() ?? [])
                {
                    if (left.Remove(name, out var example))
                    {
                        yield return Explained(example, read!.Samples.Select(name, [row]));
                    }
                }
            }
        }
    }

    private Example Explained(Example example, Dataset sample)
    {
        if (sample.SampleShape.Rank == 1)
        {
            return example with { Reasons = detector.ExplainColumns(sample, MostColumns)[0] };
        }

        float[]? map = detector.Explains ? detector.Explain(sample)[0].ErrorMap : null;
        if (!ArePictures)
        {
            return example with { Map = map };
        }

        bool isFile = IsPictureFile(example.Name);
        var picture = isFile ? Thumbnail.OfFile(example.Name, how) : Thumbnail.Of(sample);
        string? outline = isFile && test.Masks is not null && example.Set.Kind is { } kind
            ? MaskOutline.Path(test.ReadMask(kind, example.Name), picture.Height, picture.Width) : null;
        // Of squared errors the roots are shown; scores of places may be below 0.
        return example with
        {
            Map = map is null || !detector.Reconstructs ? map : Array.ConvertAll(map, MathF.Sqrt),
            Picture = picture,
            Outline = outline,
        };
    }

    private static bool IsPictureFile(string name) => ImageFiles.IsImage(name) && File.Exists(name);
}
