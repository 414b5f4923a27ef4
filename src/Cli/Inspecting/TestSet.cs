using System.Globalization;
using LisNative.Data;

namespace LisNative.Cli.Inspecting;

/// <summary>
/// Labelled samples of the user's: good ones, and a set for each kind of fault; of pictures their masks, where there are some.
/// </summary>
/// <param name="Good">Where the good ones are.</param>
/// <param name="Kinds">The others, by kind.</param>
/// <param name="Masks">A folder of masks for each kind of fault; null without.</param>
internal sealed record TestSet(string Good, IReadOnlyList<(string Name, string Path)> Kinds, string? Masks)
{
    /// <summary>How many pictures there are in all; 0 where that is not known.</summary>
    internal int Pictures { get; private init; }

    private static readonly string[] GoodNames = ["good", "normal", "ok"];

    /// <summary>The share of a mask that may be neither black nor white: its edges, where somebody has scaled it.</summary>
    private const double MostGrey = 0.05;

    /// <summary>What a mask's name has after its picture's.</summary>
    private static readonly string[] Endings = [".png", ".bmp", "_mask.png", "_mask.bmp"];

    /// <summary>A folder of a folder of good pictures and one for each kind of fault; or two files, good samples and others.</summary>
    /// <exception cref="InputException">It is none, or has no good samples, or no others.</exception>
    internal static TestSet Open(IReadOnlyList<string> paths, string? masks, ReadOptions how)
    {
        if (paths is [var first, var second])
        {
            return masks is null ? new(first, [(Path.GetFileNameWithoutExtension(second), second)], null)
                : throw new InputException("--masks", $"expected --test with one folder of pictures, found {first} and {second}");
        }

        if (paths is not [var folder] || !Directory.Exists(folder))
        {
            throw new InputException("--test",
                $"expected a folder of folders, or two files, normal samples and others, found {string.Join(", ", paths)}");
        }

        string[] files = [.. FolderWalk.Files(folder, how)],
            kinds = [.. files.Where(f => f.Contains('/', StringComparison.Ordinal)).Select(f => f.Split('/')[0]).Distinct()];
        if (Array.Find(files, f => !f.Contains('/', StringComparison.Ordinal) && ImageFiles.IsImage(f)) is { } beside)
        {
            throw new InputException(folder, $"expected pictures in a folder for each kind, found {beside} beside them");
        }

        string good = Array.Find(kinds, k => GoodNames.Contains(k, StringComparer.OrdinalIgnoreCase)) ?? throw new InputException(folder,
            $"expected a folder of good pictures, named {string.Join(" or ", GoodNames)}, found {TableColumns.List(kinds)}");
        return kinds.Length > 1
            ? new(Path.Combine(folder, good), [.. kinds.Where(k => k != good).Select(k => (k, Path.Combine(folder, k)))], masks)
            { Pictures = files.Count(ImageFiles.IsImage) }
            : throw new InputException(folder, $"expected a folder for each kind of fault beside {good}, found none");
    }

    /// <summary>Finds out, before any training, whether each faulty picture has a mask that can be read.</summary>
    /// <exception cref="InputException">One has not.</exception>
    internal void CheckMasks(ReadOptions how)
    {
        foreach (var (kind, folder) in Masks is null ? [] : Kinds)
        {
            foreach (string file in FolderWalk.Files(folder, how).Where(ImageFiles.IsImage))
            {
                ReadMask(kind, Path.Combine(folder, file));
            }
        }
    }

    /// <summary>Where a faulty picture is faulty, in its own pixels: where its mask is at least half as bright as anywhere.</summary>
    /// <exception cref="InputException">There is no mask of its size, or the picture cannot be read.</exception>
    internal (bool[] Mask, int Width) ReadMask(string kind, string picture)
    {
        string name = Path.ChangeExtension(Path.GetRelativePath(Kinds.Single(k => k.Name == kind).Path, picture), null),
            place = Path.Combine(Masks!, kind, name);
        string path = Endings.Select(e => place + e).FirstOrDefault(File.Exists)
            ?? throw new InputException(place,
                $"expected a mask of {picture}, named {Path.GetFileName(name)}.png or {Path.GetFileName(name)}_mask.png, found none");
        var mask = ImageFiles.ReadFile(path, new() { Colour = Colour.Grey });
        var (height, width) = SizeOf(picture);
        float[] values = mask.ToFloats();
        float high = values.Max();
        double grey = values.Count(v => v > 0.25 * high && v < 0.75 * high) / (double)values.Length;
        return (mask.SampleShape[1], mask.SampleShape[2]) != (height, width)
            ? throw new InputException(path, $"expected a mask of {picture}'s {height}x{width}, found one of "
                + $"{mask.SampleShape[1]}x{mask.SampleShape[2]}")
            : grey > MostGrey
                ? throw new InputException(path, string.Create(CultureInfo.InvariantCulture,
                    $"expected a mask, black where there is no fault and white where there is one, found a picture of which {grey:P0} is "
                    + $"neither"))
            : (Array.ConvertAll(values, v => v > 0 && v >= high / 2), width);
    }

    /// <summary>A picture's own height and width.</summary>
    internal static (int Height, int Width) SizeOf(string picture)
    {
        var own = ImageFiles.ReadFile(picture, ReadOptions.Default).SampleShape;
        return (own[1], own[2]);
    }
}
