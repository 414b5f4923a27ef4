using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Negative examples for those who have none, made from the normal data («possible ways to synthesize negative examples for domains with
/// limited data», paper, section 6). Which kinds are mixed by default was chosen by measurement (docs/guide/negatives.md).
/// </summary>
public static class SyntheticNegatives
{
    /// <summary>How many where nothing is said: as many as a LIS-AE prepares, none of which need be augmented.</summary>
    internal static readonly int Usual = new LisOptions().NegativePool;

    private const ulong DistortionStream = 1;

    /// <summary>Whether a row that has noise keeps its words is drawn there; the places before say of which rows it is made.</summary>
    private const ulong WordsPlace = 2;

    private const double Ink = 0.35;

    /// <summary>Along each side: of the smallest images that faults are drawn on, and of those that are taken for photographs.</summary>
    private const int Drawn = 32, Photograph = 64;

    /// <summary>What of a glyph's pixels are paper, and how dark paper is.</summary>
    private const double Paper = 0.5, Blank = 0.05;

    private const int Looked = 64;

    /// <summary>Bytes of images that are held; where there are more, they are made as they are used.</summary>
    internal const long MostHeld = Augmentation.MostMade;

    /// <summary>Takes the deviations of the columns in place of another sample; some are near to normal samples, and meant to be.</summary>
    internal const string Noise = "noise";

    internal static readonly string[] Faults = ["cut", "scratch", "stain", "foreign"];

    private delegate float[] Distortion(float[] sample, float[] other, Shape shape, Philox random);

    private static readonly (string Name, Func<Dataset, bool> Suits, Distortion Make)[] All =
    [
        ("shuffle", IsImages, Distortions.Shuffle),
        ("paste", IsImages, Distortions.Paste),
        ("bent", IsImages, Distortions.Bent),
        ("hybrid", IsImages, Distortions.Hybrid),
        ("strokes", IsGlyphs, (_, _, shape, random) => Strokes(shape, random)),
        ("mixture", _ => true, Distortions.Mixture),
        ("crossed", set => !IsImages(set), Distortions.Crossed),
        (Noise, set => set.SampleShape.Rank == 1, (sample, deviations, _, random) => Distortions.Noisy(sample, deviations, random)),
        .. SurfaceFaults.Kinds.Select(kind => (kind, (Func<Dataset, bool>)TakesFaults, OfFault(kind))),
    ];

    /// <summary>
    /// The kinds that suit some normal data: of images, random strokes only for glyphs, that is one channel and little ink, and faults only
    /// from 32 pixels along each side on; of windows of a signal also faults in a stretch of time.
    /// </summary>
    public static IReadOnlyList<string> Kinds(Dataset normal) =>
        [.. SignalFaults.Kinds(normal), .. All.Where(k => k.Suits(normal)).Select(k => k.Name)];

    /// <summary>
    /// Those that docs/guide/negatives.md favours: of photographs local faults, of smaller images and glyphs what changes the whole, of
    /// windows faults in a stretch of time.
    /// </summary>
    internal static IReadOnlyList<string> Best(Dataset normal) =>
        SignalFaults.Kinds(normal) is { Length: > 0 } ofSignals ? ofSignals
        : IsPhotographs(normal) ? Faults : normal.SampleShape.Rank == 1 ? [Noise] : !IsImages(normal) ? ["mixture", "crossed"]
        : IsGlyphs(normal) ? ["shuffle", "paste", "bent", "strokes"]
        : ["shuffle", "paste", "bent"];

    /// <summary>How many to make where at most so many are wanted: fewer of large samples, but as many as there are normal ones.</summary>
    internal static int Affordable(Dataset normal, int most) => Augmentation.Affordable(normal.SampleShape, most, normal.Count);

    /// <summary>Makes negatives; each one's label is the place of its kind in <paramref name="kinds"/>.</summary>
    /// <param name="normal">The positive set.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">Decides everything.</param>
    /// <param name="kinds">Some of <see cref="Kinds"/>, in equal parts.</param>
    /// <exception cref="InputException">There are fewer than two normal samples, or a kind does not suit them.</exception>
    public static Dataset Make(Dataset normal, int count, Philox random, params IReadOnlyList<string> kinds) =>
        Make(normal, count, random, MostHeld, kinds);

    /// <summary>The same; images that together are more bytes than are held are made as they are used.</summary>
    internal static Dataset Make(Dataset normal, int count, Philox random, long held, IReadOnlyList<string> kinds)
    {
        ArgumentNullException.ThrowIfNull(normal);
        ArgumentNullException.ThrowIfNull(kinds);
        var suiting = Kinds(normal);
        if (kinds.FirstOrDefault(k => !suiting.Contains(k)) is { } unknown)
        {
            throw new InputException(normal.Name,
                $"expected a kind of synthetic negatives that suits samples {normal.SampleShape}, one of {string.Join(", ", suiting)}, "
                + $"found {unknown}");
        }

        if (normal.Count < 2)
        {
            throw new InputException(normal.Name, $"expected at least 2 normal samples to make negatives from, found {normal.Count}");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % kinds.Count)];
        string name = $"synthetic negatives of {normal.Name}";
        float[] deviations = kinds.Contains(Noise) ? Scaler.Fit(normal).Deviation : [];
        bool isGraded = kinds is [Noise];
        double[]? origin = normal.IsPrecise ? Scaler.Fit(normal).Origin() : null;
        var faults = normal.Windows is null ? null : new SignalFaults(normal, origin);
        (float[] Sample, float[] Made) Pair(int i)
        {
            var own = random.FoldIn((ulong)i);
            int first = own.Below(normal.Count, 0), second = (first + 1 + own.Below(normal.Count - 1, 1)) % normal.Count;
            float[] sample = Sample(normal, first, origin), other = Sample(normal, second, origin);
            var kind = Array.Find(All, k => k.Name == kinds[i % kinds.Count]);
            var stream = own.FoldIn(DistortionStream);
            if (kind.Make is null)
            {
                return (sample, faults!.Draw(kinds[i % kinds.Count], sample, stream));
            }

            float[] made = kind.Make(sample, kind.Name == Noise ? deviations : other, normal.SampleShape, stream);
            normal.Encoding?.KeepWhole(made, sample, kind.Name == Noise && own.Uniform(WordsPlace) < 0.5f ? sample : other);
            return (sample, made);
        }

        bool[] Changed(int i) => Pair(i) is var (sample, made) ? Difference(sample, made, normal.SampleShape) : [];
        Func<int, bool[]>? changed = kinds.Any(SurfaceFaults.Kinds.Contains) ? Changed : null;
        if (normal.IsBytes)
        {
            return Dataset.Made(
                name, normal.SampleShape, labels, i => Array.ConvertAll(Pair(i).Made, v => (byte)Math.Round(255 * v)), held, changed);
        }

        int size = normal.SampleShape.Count;
        var values = new float[Dataset.Numbers(normal.Name, normal.SampleShape, count)];
        Parallel.For(0, count, i => Pair(i).Made.CopyTo(values, i * size));
        var columns = normal.Windows is null ? normal.Columns : null;
        return origin is null ? new(name, normal.SampleShape, values, labels) { Columns = columns, Changed = changed, IsGraded = isGraded }
            : new(name, normal.SampleShape, [.. values.Select((v, i) => v + origin[i % size])], labels)
            { Columns = columns, IsGraded = isGraded };
    }

    private static bool[] Difference(float[] sample, float[] made, Shape shape)
    {
        var changed = new bool[shape[1] * shape[2]];
        for (int i = 0; i < sample.Length; i++)
        {
            changed[i % changed.Length] |= made[i] != sample[i];
        }

        return changed;
    }

    /// <summary>A sample in single precision, from an origin where there is one.</summary>
    private static float[] Sample(Dataset normal, int row, double[]? origin)
    {
        var sample = new float[normal.SampleShape.Count];
        if (origin is null)
        {
            normal.Read([row], sample);
            return sample;
        }

        var precise = new double[sample.Length];
        normal.Read(row, precise);
        return [.. precise.Select((x, j) => (float)(x - origin[j]))];
    }

    /// <summary>Large enough to be cut into a grid.</summary>
    private static bool IsImages(Dataset set) =>
        set.SampleShape.Rank == 3 && set.SampleShape[1] >= Distortions.MostCells && set.SampleShape[2] >= Distortions.MostCells;

    private static bool IsGlyphs(Dataset set) => IsImages(set) && set.SampleShape[0] == 1 && set.Mean() < Ink;

    internal static bool TakesFaults(Dataset set) => IsImages(set) && Math.Min(set.SampleShape[1], set.SampleShape[2]) >= Drawn;

    /// <summary>
    /// Large, and no glyphs: those are mostly blank paper. What is smaller keeps the kinds that results on such images were made with.
    /// </summary>
    internal static bool IsPhotographs(Dataset set) =>
        IsImages(set) && Math.Min(set.SampleShape[1], set.SampleShape[2]) >= Photograph && !(IsGlyphs(set) && IsBlank(set));

    private static bool IsBlank(Dataset set)
    {
        float[] pixels = set.Head(Looked).ToFloats();
        return pixels.Count(v => v < Blank) > Paper * pixels.Length;
    }

    private static Distortion OfFault(string kind) =>
        (sample, other, shape, random) => SurfaceFaults.Draw(kind, sample, other, shape, random).Picture;

    private static float[] Strokes(Shape shape, Philox random)
    {
        var image = StrokeDigits.RandomStrokes(1, random);
        var picture = new Picture<byte>(1, image.SampleShape[1], image.SampleShape[2], image.Pixels(0).ToArray())
            .Resize(shape[1], shape[2]);
        return [.. picture.Pixels.Select(p => p / 255f)];
    }
}
