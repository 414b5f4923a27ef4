using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>
/// Faults drawn on normal windows of a signal, each on some of its columns and over a stretch that begins anywhere and mostly goes on to
/// the window's end. Sizes are in deviations of the columns. Words and dates, and what says where values are missing, stay as they are.
/// </summary>
internal sealed class SignalFaults
{
    /// <summary>How often a fault that changes nothing is drawn anew.</summary>
    private const int Attempts = 16;

    private static readonly (string Name, Action<SignalWindow, Draws> Draw)[] All =
    [
        ("level", Level), ("spike", Spike), ("drift", Drift), ("frequency", Frequency), ("frozen", Frozen), ("swapped", Swapped),
        ("burst", Burst),
    ];

    private readonly float[] means, deviations;
    private readonly int[] places;
    private readonly int row;

    /// <summary>Faults for some windows, from whose numbers an origin is subtracted first.</summary>
    internal SignalFaults(Dataset normal, double[]? origin = null)
    {
        var scaler = Scaler.Fit(normal);
        (places, row) = (Places(normal), normal.RowLength);
        means = [.. places.Select(c => (float)(scaler.Mean[c] - (origin?[c] ?? 0)))];
        deviations = [.. places.Select(c => scaler.Deviation[c])];
    }

    /// <summary>The kinds that suit windows with so many columns of numbers: one column has no other to be swapped with.</summary>
    internal static string[] Kinds(int columns) =>
        columns == 0 ? [] : [.. All.Select(k => k.Name).Where(k => columns > 1 || k != "swapped")];

    /// <summary>The kinds that suit some samples: none where they are no windows.</summary>
    internal static string[] Kinds(Dataset normal) => Kinds(normal.Windows is null ? 0 : Places(normal).Length);

    /// <summary>A normal window, row by row, with a fault of a kind (<see cref="Kinds(Dataset)"/>).</summary>
    internal float[] Draw(string kind, float[] window, Philox random)
    {
        var draw = Array.Find(All, k => k.Name == kind).Draw;
        int At(int number) => (number / places.Length * row) + places[number % places.Length];
        float[] normal = [.. Enumerable.Range(0, window.Length / row * places.Length).Select(i => window[At(i)])], drawn = normal;
        for (int attempt = 1; attempt <= Attempts && drawn.AsSpan().SequenceEqual(normal); attempt++)
        {
            drawn = [.. normal];
            var draws = new Draws(random.FoldIn((ulong)attempt));
            draw(new(drawn, means, deviations, draws), draws);
        }

        float[] made = [.. window];
        foreach (var (i, value) in drawn.Index())
        {
            made[At(i)] = value;
        }

        return made;
    }

    /// <summary>Which of a row's numbers are those of a column of numbers.</summary>
    private static int[] Places(Dataset normal) => [.. normal.Encoding?.NumberPlaces ?? Enumerable.Range(0, normal.RowLength)];

    /// <summary>A column stays up or down by half a deviation to four.</summary>
    private static void Level(SignalWindow window, Draws draws)
    {
        float shift = draws.Sign() * draws.ByRatio(0.5f, 4);
        window.Change((_, value, deviation) => value + (shift * deviation));
    }

    /// <summary>One row, or two, is off by one deviation to eight.</summary>
    private static void Spike(SignalWindow window, Draws draws)
    {
        float shift = draws.Sign() * draws.ByRatio(1, 8);
        window.Shorten(draws.Whole(1, 2));
        window.Change((_, value, deviation) => value + (shift * deviation));
    }

    /// <summary>A column moves away evenly, by half a deviation to four in the end.</summary>
    private static void Drift(SignalWindow window, Draws draws)
    {
        float shift = draws.Sign() * draws.ByRatio(0.5f, 4);
        window.Change((share, value, deviation) => value + (shift * share * deviation));
    }

    /// <summary>Time runs faster or slower, by a factor of 1.3 to 3: the window's own numbers, turned back at its ends.</summary>
    private static void Frequency(SignalWindow window, Draws draws)
    {
        float factor = draws.ByRatio(1.3f, 3), speed = draws.Chance(0.5f) ? factor : 1 / factor;
        window.Resample(speed);
    }

    /// <summary>A column keeps its value.</summary>
    private static void Frozen(SignalWindow window, Draws draws) => window.Resample(0);

    /// <summary>Two columns change places, in units of their deviations.</summary>
    private static void Swapped(SignalWindow window, Draws draws) => window.Swap(draws.Whole(0, int.MaxValue - 1));

    /// <summary>Noise of half a deviation to three.</summary>
    private static void Burst(SignalWindow window, Draws draws)
    {
        float size = draws.ByRatio(0.5f, 3);
        var noise = draws.Stream();
        ulong at = 0;
        window.Change((_, value, deviation) => value + (size * deviation * noise.Normal(at++)));
    }
}
