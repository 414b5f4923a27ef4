namespace LisNative.Data.Synthetic;

/// <summary>Faults that change what is there: its brightness, its colour, its form.</summary>
internal static class Blemishes
{
    /// <summary>Strengths in contrasts of the picture; lengths in shares of its shorter side.</summary>
    private const float Faint = 1, Strong = 4, ShortScratch = 0.12f, LongScratch = 0.7f, Bow = 0.25f;

    /// <summary>Half of a scratch's width, of pictures of 256 pixels and at least.</summary>
    private const float Full = 256, Thin = 0.8f, Thick = 2.5f, LeastHalf = 0.6f, Step = 0.5f;

    /// <summary>A scratch's width and strength vary along it: so many random numbers, and steps between them.</summary>
    private const int Knots = 8, Fineness = 16;

    private const float SmallestBlob = 0.003f, LargestBlob = 0.1f, SmallestDent = 0.015f, Ragged = 0.7f, Darkest = 0.8f;

    private const float ColourJitter = 0.25f, Colourless = 0.4f;

    private const float SmallTurn = 0.8f, LargeTurn = 3, Pinch = 0.5f;

    /// <summary>A thin bent line, darker or brighter, whose width and strength vary along it.</summary>
    internal static Fault Scratch(Canvas canvas, Draws draws)
    {
        float length = canvas.Side * draws.ByRatio(ShortScratch, LongScratch), bow = length * draws.Between(-Bow, Bow);
        var (sine, cosine) = MathF.SinCos(draws.Between(0, 2 * MathF.PI));
        float y0 = canvas.Height * draws.Between(0.1f, 0.9f), x0 = canvas.Width * draws.Between(0.1f, 0.9f);
        float half = Math.Max(LeastHalf, canvas.Side / Full * draws.ByRatio(Thin, Thick));
        float strength = draws.Sign() * canvas.Contrast * draws.ByRatio(1.5f * Faint, Strong);
        float[] tints = Tints(canvas, draws), widths = SmoothNoise.Field(1, Knots * Fineness, 1, Fineness, draws.Stream()),
            strengths = SmoothNoise.Field(1, Knots * Fineness, 1, Fineness, draws.Stream()), weights = new float[canvas.Area];
        int steps = (int)(length / Step) + 1;
        for (int i = 0; i < steps; i++)
        {
            float t = (float)i / steps, along = length * (t - 0.5f), aside = bow * 4 * t * (1 - t);
            float ends = Math.Min(1, 8 * Math.Min(t, 1 - t));
            int knot = (int)(t * widths.Length);
            float weight = (0.4f + (0.6f * ends)) * (1 + (0.3f * strengths[knot])) / 1.3f, radius = half * (1 + (0.5f * widths[knot]));
            Dot(canvas, weights, y0 + (along * sine) + (aside * cosine), x0 + (along * cosine) - (aside * sine), radius, weight);
        }

        return (c, y, x) => canvas.At(c, y, x) + (strength * tints[c] * weights[(y * canvas.Width) + x]);
    }

    /// <summary>A disc with an edge of a pixel; dots that meet do not add up.</summary>
    private static void Dot(Canvas canvas, float[] weights, float y0, float x0, float radius, float weight)
    {
        int reach = (int)radius + 2, top = (int)y0, left = (int)x0;
        for (int y = Math.Max(0, top - reach); y <= Math.Min(canvas.Height - 1, top + reach); y++)
        {
            for (int x = Math.Max(0, left - reach); x <= Math.Min(canvas.Width - 1, left + reach); x++)
            {
                float distance = MathF.Sqrt(((y - y0) * (y - y0)) + ((x - x0) * (x - x0)));
                ref float at = ref weights[(y * canvas.Width) + x];
                at = Math.Max(at, weight * Math.Clamp(radius + 0.5f - distance, 0, 1));
            }
        }
    }

    /// <summary>A blob that multiplies what is there: darker, brighter or of another colour, with soft edges.</summary>
    internal static Fault Stain(Canvas canvas, Draws draws)
    {
        var (weights, _, _) = Blob(canvas, draws, SmallestBlob, draws.ByRatio(0.15f, 0.8f));
        float mean = Math.Max(canvas.Mean.Average(), canvas.Contrast), strength = canvas.Contrast / mean * draws.ByRatio(Faint, Strong);
        float change = draws.Chance(0.65f) ? -Math.Min(strength, Darkest) : strength;
        float[] tints = Tints(canvas, draws);
        return (c, y, x) => canvas.At(c, y, x) * Math.Max(0, 1 + (change * tints[c] * weights[(y * canvas.Width) + x]));
    }

    /// <summary>What is there turned about a place and drawn in or out, less and less towards the edge of a blob.</summary>
    internal static Fault Dent(Canvas canvas, Draws draws)
    {
        var (weights, y0, x0) = Blob(canvas, draws, SmallestDent, 1);
        float turn = draws.Sign() * draws.Between(SmallTurn, LargeTurn), pinch = draws.Between(-Pinch, Pinch);
        return (c, y, x) =>
        {
            float weight = weights[(y * canvas.Width) + x];
            if (weight == 0)
            {
                return canvas.At(c, y, x);
            }

            var (sine, cosine) = MathF.SinCos(turn * weight);
            float down = (y - y0) * (1 + (pinch * weight)), right = (x - x0) * (1 + (pinch * weight));
            return canvas.Between(c, y0 + (down * cosine) - (right * sine), x0 + (down * sine) + (right * cosine));
        };
    }

    /// <summary>
    /// A ragged oval somewhere: 1 within, 0 beyond, and between them an edge that is this share of the way to the middle.
    /// </summary>
    private static (float[] Weights, float Y, float X) Blob(Canvas canvas, Draws draws, float smallest, float edge)
    {
        float radius = MathF.Sqrt(draws.ByRatio(smallest, LargestBlob) * canvas.Area / MathF.PI);
        float ratio = draws.ByRatio(0.6f, 1.7f), y0 = canvas.Height * draws.Between(0.05f, 0.95f),
            x0 = canvas.Width * draws.Between(0.05f, 0.95f);
        var (sine, cosine) = MathF.SinCos(draws.Between(0, MathF.PI));
        float[] weights = SmoothNoise.Field(canvas.Height, canvas.Width, radius, radius, draws.Stream());
        for (int p = 0; p < weights.Length; p++)
        {
            float down = (p / canvas.Width) - y0, right = (p % canvas.Width) - x0;
            float along = ((down * cosine) - (right * sine)) * ratio, across = ((down * sine) + (right * cosine)) / ratio;
            float inside = 1 - (MathF.Sqrt((along * along) + (across * across)) / radius) + (Ragged * weights[p]);
            weights[p] = SmoothNoise.Ease(inside / edge);
        }

        return (weights, y0, x0);
    }

    /// <summary>How much of a change each channel has: all the same, or of a colour.</summary>
    private static float[] Tints(Canvas canvas, Draws draws)
    {
        bool grey = canvas.Channels == 1 || draws.Chance(Colourless);
        return [.. canvas.Mean.Select(_ => grey ? 1 : 1 + draws.Between(-ColourJitter, ColourJitter))];
    }
}
