namespace LisNative.Data.Synthetic;

/// <summary>Faults that are parts of normal pictures in a wrong place.</summary>
internal static class Patches
{
    /// <summary>Patches of CutPaste: share of the area, and ratio of the sides.</summary>
    private const float SmallestPatch = 0.02f, LargestPatch = 0.15f, Flattest = 0.3f, Steepest = 3.3f;

    /// <summary>Scars of CutPaste, of pictures of 256 pixels.</summary>
    private const float Full = 256, Thinnest = 2, Thickest = 16, Shortest = 10, Longest = 25, Turn = MathF.PI / 4;

    /// <summary>A scar's sides in pixels, however small the picture.</summary>
    private const float LeastThick = 2, LeastLong = 6;

    private const float Jitter = 0.2f, ColourJitter = 0.3f;

    /// <summary>Distances in the noise that islands are made of, in sides.</summary>
    private const float FinestCell = 0.3f, CoarsestCell = 0.7f;

    /// <summary>Islands: share of the area, opacity, the width of the edge as a share of their height, and light.</summary>
    private const float SmallestForeign = 0.01f, LargestForeign = 0.12f, Faintest = 0.15f, Edge = 0.1f,
        ForeignLight = 2;

    /// <summary>
    /// A patch of the picture itself pasted elsewhere, its brightness and contrast a little changed; half of them small scars that are
    /// turned (CutPaste: Li, Sohn, Yoon, Pfister 2021).
    /// </summary>
    internal static Fault Cut(Canvas canvas, Draws draws)
    {
        var (height, width, angle) = draws.Chance(0.5f) ? Patch(canvas, draws) : Scar(canvas, draws);
        (height, width) = (Math.Min(height, canvas.Height), Math.Min(width, canvas.Width));
        float Place(float part, int whole) => MathF.Round(draws.Between((part - 1) / 2, whole - ((part + 1) / 2)));
        float fromY = Place(height, canvas.Height), fromX = Place(width, canvas.Width);
        float toY = Place(height, canvas.Height), toX = Place(width, canvas.Width);
        var (sine, cosine) = MathF.SinCos(angle);
        var shade = Shade(canvas, draws, 1);
        return (c, y, x) =>
        {
            float down = y - toY, right = x - toX, v = (down * cosine) - (right * sine), h = (down * sine) + (right * cosine);
            return 2 * Math.Abs(v) <= height && 2 * Math.Abs(h) <= width ? shade(c, canvas.Between(c, fromY + v, fromX + h))
                : canvas.At(c, y, x);
        };
    }

    private static (float Height, float Width, float Angle) Patch(Canvas canvas, Draws draws)
    {
        float area = draws.Between(SmallestPatch, LargestPatch) * canvas.Area, ratio = MathF.Sqrt(draws.ByRatio(Flattest, Steepest));
        return (MathF.Sqrt(area) * ratio, MathF.Sqrt(area) / ratio, 0);
    }

    private static (float Height, float Width, float Angle) Scar(Canvas canvas, Draws draws)
    {
        float scale = canvas.Side / Full;
        return (Math.Max(LeastLong, scale * draws.Between(Shortest, Longest)),
            Math.Max(LeastThick, scale * draws.Between(Thinnest, Thickest)), draws.Between(-Turn, Turn));
    }

    /// <summary>Brighter or darker by so many contrasts at most, of more or less contrast, and a little of another colour.</summary>
    private static Func<int, float, float> Shade(Canvas canvas, Draws draws, float most)
    {
        float gain = 1 + draws.Between(-Jitter, Jitter), offset = canvas.Contrast * draws.Between(-most, most);
        float colour = canvas.Channels == 1 ? 0 : ColourJitter * canvas.Contrast;
        float[] tint = [.. canvas.Mean.Select(_ => draws.Between(-colour, colour))];
        return (c, value) => canvas.Mean[c] + (gain * (value - canvas.Mean[c])) + offset + tint[c];
    }

    /// <summary>
    /// Islands of smooth noise in which another normal picture shows, shifted, turned and of another brightness (DRAEM: Zavrtanik, Kristan,
    /// Skočaj 2021), more or less opaque and with soft edges (after NSA: Schlüter, Tan, Hou, Kainz 2022).
    /// </summary>
    internal static Fault Foreign(Canvas canvas, Draws draws)
    {
        float cell = canvas.Side * draws.ByRatio(FinestCell, CoarsestCell);
        float[] noise = SmoothNoise.Field(
            canvas.Height, canvas.Width, cell * draws.ByRatio(0.5f, 2), cell * draws.ByRatio(0.5f, 2), draws.Stream());
        float[] sorted = [.. noise];
        Array.Sort(sorted);
        float share = draws.ByRatio(SmallestForeign, LargestForeign), shore = sorted[(int)((1 - share) * (sorted.Length - 1))];
        float edge = Math.Max(1e-6f, Edge * (sorted[^1] - shore)), opacity = draws.Between(Faintest, 1);
        float shiftY = draws.Between(0, canvas.Height), shiftX = draws.Between(0, canvas.Width);
        var (sine, cosine) = MathF.SinCos(draws.Between(0, 2 * MathF.PI));
        var shade = Shade(canvas, draws, ForeignLight);
        return (c, y, x) =>
        {
            float value = canvas.At(c, y, x), weight = opacity * SmoothNoise.Ease((noise[(y * canvas.Width) + x] - shore) / edge);
            return weight == 0 ? value
                : float.Lerp(value,
                shade(c, canvas.Other(c, shiftY + (y * cosine) - (x * sine), shiftX + (y * sine) + (x * cosine))), weight);
        };
    }
}
