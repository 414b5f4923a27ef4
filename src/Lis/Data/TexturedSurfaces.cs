using LisNative.Random;

namespace LisNative.Data;

/// <summary>
/// Embedded data for inspection: grey pictures of a brushed surface under uneven light, without a fault or with a drawn one whose mask is
/// exact. No file is needed, and a seed gives the same pictures everywhere.
/// </summary>
public static class TexturedSurfaces
{
    private const ulong LightStream = 1, GrainStream = 2, FaultStream = 3, LatticeStream = 4;

    /// <summary>What a fault must change to count as one: 3 % of the range.</summary>
    private const float Seen = 0.03f;

    private static readonly (string Name, Func<Philox, float, Fault> Draw)[] Faults =
        [("hole", Hole), ("scratch", Scratch), ("stain", Stain)];

    /// <summary>What a fault makes of a value at a place: x, y, value ↦ value.</summary>
    private delegate float Fault(float x, float y, float value);

    /// <summary>The kinds of faults there are.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. Faults.Select(f => f.Name)];

    /// <summary>Surfaces without a fault.</summary>
    /// <param name="count">How many.</param>
    /// <param name="random">Decides all of them.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static Dataset Good(int count, Philox random, int height = 64, int width = 64) =>
        Draw("surfaces", count, height, width, (i, _) => Surface(random.FoldIn((ulong)i), height, width));

    /// <summary>Surfaces with a fault each, and its mask: 1 where the fault changes the picture by more than 3 % of the range.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">Decides all of them.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static (Dataset Surfaces, Dataset Masks) Faulty(string kind, int count, Philox random, int height = 64, int width = 64)
    {
        var draw = Array.Find(Faults, f => f.Name == kind).Draw
            ?? throw new ArgumentException($"TexturedSurfaces: expected one of {string.Join(", ", Kinds)}, found {kind}");
        var masks = new float[Dataset.Numbers(kind, [1, height, width], count)];
        var surfaces = Draw(kind, count, height, width, (i, at) =>
        {
            var own = random.FoldIn((ulong)i);
            float[] surface = Surface(own, height, width);
            var fault = draw(own.FoldIn(FaultStream), Math.Min(height, width));
            for (int p = 0; p < surface.Length; p++)
            {
                float changed = Math.Clamp(fault(p % width, p / width, surface[p]), 0, 1);
                masks[at + p] = Math.Abs(changed - surface[p]) > Seen ? 1 : 0;
                surface[p] = changed;
            }

            return surface;
        });
        return (surfaces, Bytes($"{kind}, masks", masks, count, height, width));
    }

    private static Dataset Draw(string name, int count, int height, int width, Func<int, int, float[]> picture)
    {
        int size = height * width;
        var values = new float[Dataset.Numbers(name, [1, height, width], count)];
        Parallel.For(0, count, i => picture(i, i * size).CopyTo(values, i * size));
        return Bytes(name, values, count, height, width);
    }

    private static Dataset Bytes(string name, float[] values, int count, int height, int width) =>
        new(name, [1, height, width], Array.ConvertAll(values, v => (byte)((v * 255) + 0.5f)), new int[count]);

    /// <summary>Brushed along its rows: noise that is long across and short down, two grains of it, under light from one side.</summary>
    private static float[] Surface(Philox random, int height, int width)
    {
        Philox light = random.FoldIn(LightStream), grain = random.FoldIn(GrainStream), lattice = random.FoldIn(LatticeStream);
        float level = 0.45f + (0.1f * light.Uniform(0)), across = 0.2f * (light.Uniform(1) - 0.5f), down = 0.2f * (light.Uniform(2) - 0.5f);
        var surface = new float[height * width];
        for (int p = 0; p < surface.Length; p++)
        {
            int x = p % width, y = p / width;
            float brushed = (0.10f * Noise(lattice, 0, x / 24f, y / 1.5f)) + (0.06f * Noise(lattice, 1, x / 8f, y / 5f));
            float shade = (across * ((x / (float)width) - 0.5f)) + (down * ((y / (float)height) - 0.5f));
            surface[p] = Math.Clamp(level + shade + brushed + (0.02f * (grain.Uniform((ulong)p) - 0.5f)), 0, 1);
        }

        return surface;
    }

    /// <summary>Random numbers of −1 to 1 on a lattice, and smoothly between.</summary>
    private static float Noise(Philox random, int octave, float x, float y)
    {
        int column = (int)x, row = (int)y;
        float At(int dx, int dy) => (2 * random.Uniform(((ulong)octave << 48) + ((ulong)(row + dy) << 24) + (ulong)(column + dx))) - 1;
        float Smooth(float t) => t * t * (3 - (2 * t));
        float right = Smooth(x - column), below = Smooth(y - row);
        return float.Lerp(float.Lerp(At(0, 0), At(1, 0), right), float.Lerp(At(0, 1), At(1, 1), right), below);
    }

    /// <summary>Black, with a bright rim.</summary>
    private static Fault Hole(Philox random, float size)
    {
        var (x0, y0, radius) = (Place(random, 0, size), Place(random, 1, size), size * (0.03f + (0.04f * random.Uniform(2))));
        return (x, y, value) => MathF.Sqrt(Square(x - x0) + Square(y - y0)) switch
        {
            var d when d < radius => 0.1f,
            var d when d < radius + 1 => Math.Min(1, value + 0.2f),
            _ => value,
        };
    }

    /// <summary>A thin line, brighter or darker.</summary>
    private static Fault Scratch(Philox random, float size)
    {
        var (x0, y0) = (Place(random, 0, size), Place(random, 1, size));
        float dx = random.Uniform(2) - 0.5f, dy = random.Uniform(3) - 0.5f, norm = MathF.Sqrt(Square(dx) + Square(dy)) + 1e-6f;
        float half = size * (0.15f + (0.2f * random.Uniform(4))), width = 0.7f + (0.6f * random.Uniform(5));
        float change = (0.2f + (0.2f * random.Uniform(6))) * (random.Uniform(7) < 0.5f ? -1 : 1);
        return (x, y, value) =>
        {
            float along = (((x - x0) * dx) + ((y - y0) * dy)) / norm, beside = Math.Abs(((x - x0) * dy) - ((y - y0) * dx)) / norm;
            return Math.Abs(along) < half && beside < width ? value + change : value;
        };
    }

    /// <summary>A soft dark oval.</summary>
    private static Fault Stain(Philox random, float size)
    {
        var (x0, y0) = (Place(random, 0, size), Place(random, 1, size));
        float a = size * (0.08f + (0.1f * random.Uniform(2))), b = size * (0.08f + (0.1f * random.Uniform(3)));
        float change = 0.1f + (0.12f * random.Uniform(4));
        return (x, y, value) => value - (change * Math.Max(0, 1 - Square((x - x0) / a) - Square((y - y0) / b)));
    }

    private static float Place(Philox random, ulong number, float size) => size * (0.2f + (0.6f * random.Uniform(number)));

    private static float Square(float x) => x * x;
}
