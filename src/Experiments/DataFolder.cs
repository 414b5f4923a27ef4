using System.Globalization;
using LisNative.Data;
using LisNative.Data.Synthetic;

namespace LisNative.Experiments;

/// <summary>The data sets whose official files lie under a folder, each part read once.</summary>
/// <param name="path">The folder; null when there is none, so that only paths can be opened.</param>
/// <param name="reading">How paths are read where nothing else is said.</param>
public sealed class DataFolder(string? path, ReadOptions? reading = null)
{
    private const string Synthetic = "synthetic";
    private const ulong SyntheticStream = 0x5E67;

    private readonly Dictionary<(string Name, bool Train), Dataset> known = [];

    /// <summary>What becomes of every data set after it is read: its features, for instance. As it is when not given.</summary>
    public Func<Dataset, Dataset> Transform { private get; init; } = set => set;

    /// <summary>Reads the training or the test part of a data set; official files where not given.</summary>
    internal Func<string, bool, Dataset>? Parts { private get; init; }

    /// <summary>The training or the test part of a data set.</summary>
    /// <exception cref="InputException">There is no folder, or files are missing; the message says which.</exception>
    public Dataset Load(string name, bool train)
    {
        if (path is null)
        {
            throw new InputException(name, "expected --data FOLDER with the official files of this data set, found none");
        }

        return known.TryGetValue((name, train), out var set) ? set
            : known[(name, train)] = Transform(Parts is null ? Sources.Load(name, path, train) : Parts(name, train));
    }

    /// <summary>The same with two parts of each data set's first training samples: a fold by position to test on, and the rest.</summary>
    internal DataFolder OfFold(int fold, int folds, int first) => new(path, reading)
    {
        Parts = (name, train) =>
        {
            var set = Load(name, train: true);
            var all = Enumerable.Range(0, Math.Min(first, set.Count));
            return set.Select(set.Name, [.. all.Where(i => train != (i % folds == fold))]);
        },
    };

    /// <summary>A path, or the name of a data set, optionally with classes: mnist, mnist:8, cifar10:5,6,7.</summary>
    /// <exception cref="InputException">There is nothing of that name, or nothing readable.</exception>
    public Dataset Open(string text, bool train, ReadOptions? options = null)
    {
        string[] parts = text.Split(':', 2);
        if (!Sources.Names.Contains(parts[0]) || Path.Exists(text))
        {
            return Transform(Sources.Open(text, options ?? reading));
        }

        var set = Load(parts[0], train);
        set = options?.Size is var (height, width) ? set.Resized(height, width) : set;
        return parts.Length == 1 ? set : set.OfClasses(Classes(parts[1]));
    }

    /// <summary>
    /// Negatives for some normal data: what <see cref="Open"/> takes; or synthetic, with kinds after a colon if not those that suit best:
    /// synthetic:strokes,paste.
    /// </summary>
    /// <exception cref="InputException">There is nothing of that name, or a kind does not suit the normal data.</exception>
    public Dataset Negatives(string text, Dataset normal, ulong seed, ReadOptions? options = null)
    {
        string[] parts = text.Split(':', 2);
        return parts[0] != Synthetic || Path.Exists(text)
            ? Open(text, train: true, (options ?? reading ?? ReadOptions.Default) with { Like = TableColumns.Of(normal) })
            : SyntheticNegatives.Make(normal, SyntheticNegatives.Affordable(normal, SyntheticNegatives.Usual), new(seed, SyntheticStream),
                Math.Min((options ?? reading ?? ReadOptions.Default).Held, SyntheticNegatives.MostHeld),
                parts.Length > 1 ? parts[1].Split(',') : SyntheticNegatives.Best(normal));
    }

    /// <summary>Class numbers separated by commas.</summary>
    /// <exception cref="InputException">One is no number.</exception>
    public static int[] Classes(string text) =>
        [.. text.Split(',').Select(c => int.TryParse(c, CultureInfo.InvariantCulture, out int number) ? number
        : throw new InputException("class", $"expected a class number, found \"{c}\""))];
}
