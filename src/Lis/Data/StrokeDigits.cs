using LisNative.Random;

namespace LisNative.Data;

/// <summary>
/// The embedded data: handwriting-like 28×28 digits drawn with a round pen along jittered strokes, and random strokes of the same
/// pen as negatives. No file is needed, and a seed gives the same images everywhere.
/// </summary>
public static class StrokeDigits
{
    private const ulong StrokesStream = 1;

    private const int Size = 28, Steps = 24;

    /// <summary>Polylines of each digit in the unit square, x to the right and y down; curves go through their points.</summary>
    private static readonly (double X, double Y)[][][] Glyphs =
    [
        [[(.5, .1), (.25, .25), (.2, .5), (.28, .78), (.5, .9), (.74, .76), (.8, .5), (.73, .22), (.5, .1)]],
        [[(.35, .25), (.52, .1), (.52, .5), (.52, .9)]],
        [[(.24, .3), (.35, .13), (.6, .11), (.74, .28), (.6, .52), (.35, .75), (.22, .9)], [(.22, .9), (.5, .87), (.8, .88)]],
        [[(.25, .18), (.5, .1), (.73, .24), (.6, .44), (.42, .48)], [(.42, .48), (.68, .54), (.76, .74), (.52, .91), (.24, .82)]],
        [[(.62, .1), (.4, .38), (.2, .64)], [(.2, .64), (.5, .63), (.82, .62)], [(.62, .36), (.61, .64), (.6, .92)]],
        [[(.74, .12), (.5, .12), (.3, .13)], [(.3, .13), (.28, .3), (.27, .46)],
        [(.27, .46), (.52, .4), (.75, .56), (.7, .8), (.46, .91), (.23, .82)]],
        [[(.66, .1), (.42, .28), (.26, .56), (.32, .82), (.52, .91), (.74, .78), (.7, .58), (.5, .52), (.3, .64)]],
        [[(.2, .13), (.5, .12), (.8, .13)], [(.8, .13), (.6, .5), (.42, .9)]],
        [[(.52, .48), (.28, .32), (.34, .14), (.54, .09), (.72, .17), (.72, .33), (.5, .48), (.27, .66), (.3, .85), (.52, .91), (.74, .84),
        (.75, .66), (.52, .48)]],
        [[(.72, .3), (.56, .46), (.34, .42), (.28, .24), (.46, .1), (.66, .15), (.73, .32), (.72, .62), (.6, .9)]],
    ];

    /// <summary><paramref name="count"/> digits; classes 0 to 9 in turn, or only the given ones.</summary>
    public static Dataset Digits(int count, Philox random, params int[] classes)
    {
        int[] kinds = classes.Length == 0 ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : classes;
        return Draw("stroke digits", count, i => kinds[i % kinds.Length], (kind, r) => Jitter(Glyphs[kind], r), random);
    }

    /// <summary><paramref name="count"/> images of one to three random curves: glyph-like, but no digits.</summary>
    public static Dataset RandomStrokes(int count, Philox random) => Draw("random strokes", count, _ => 0, (_, r) =>
    {
        int strokes = 1 + r.Below(3, 0);
        var result = new (double, double)[strokes][];
        for (int s = 0; s < strokes; s++)
        {
            var points = new (double, double)[3 + r.Below(4, 1 + (ulong)s)];
            for (int i = 0; i < points.Length; i++)
            {
                ulong at = 16 + (32 * (ulong)s) + (2 * (ulong)i);
                points[i] = (0.15 + (0.7 * r.Uniform(at)), 0.12 + (0.76 * r.Uniform(at + 1)));
            }

            result[s] = points;
        }

        return result;
    }, random);

    private static Dataset Draw(string name, int count, Func<int, int> kind, Func<int, Philox, (double X, double Y)[][]> strokes,
        Philox random)
    {
        var pixels = new byte[count * Size * Size];
        var labels = new int[count];
        Parallel.For(0, count, i =>
        {
            var r = random.FoldIn((ulong)i);
            labels[i] = kind(i);
            Rasterise(strokes(labels[i], r.FoldIn(StrokesStream)), 0.9 + (0.7 * r.Uniform(0)), pixels.AsSpan(i * Size * Size, Size * Size));
        });
        return new(name, [1, Size, Size], pixels, labels);
    }

    /// <summary>Every control point moves a little, then the whole glyph is rotated, sheared, scaled and shifted.</summary>
    private static (double X, double Y)[][] Jitter((double X, double Y)[][] glyph, Philox r)
    {
        double angle = 0.3 * r.Normal(0), shear = 0.25 * r.Normal(1), sx = 1 + (0.15 * r.Normal(2)), sy = 1 + (0.1 * r.Normal(3));
        double dx = 0.035 * r.Normal(4), dy = 0.035 * r.Normal(5), cos = Math.Cos(angle), sin = Math.Sin(angle);
        ulong at = 16;
        return [.. glyph.Select(stroke => stroke.Select(p =>
        {
            double x = (p.X - 0.5 + (0.045 * r.Normal(at++))) * sx, y = (p.Y - 0.5 + (0.045 * r.Normal(at++))) * sy;
            x += shear * y;
            return (0.5 + (x * cos) - (y * sin) + dx, 0.5 + (x * sin) + (y * cos) + dy);
        }).ToArray())];
    }

    /// <summary>Ink falls off over one pixel at the pen's edge.</summary>
    private static void Rasterise((double X, double Y)[][] strokes, double pen, Span<byte> image)
    {
        Span<double> nearest = stackalloc double[Size * Size];
        nearest.Fill(double.MaxValue);
        foreach (var stroke in strokes)
        {
            for (int i = 0; i < stroke.Length - 1; i++)
            {
                for (int step = 0; step <= Steps; step++)
                {
                    var (x, y) = Spline(stroke, i, step / (double)Steps);
                    Mark(nearest, 4 + (x * 20), 4 + (y * 20), pen + 1);
                }
            }
        }

        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (byte)(255 * Math.Clamp(pen + 0.5 - nearest[i], 0, 1));
        }
    }

    private static void Mark(Span<double> nearest, double x, double y, double reach)
    {
        for (int v = Math.Max(0, (int)(y - reach)); v <= Math.Min(Size - 1, (int)(y + reach)); v++)
        {
            for (int h = Math.Max(0, (int)(x - reach)); h <= Math.Min(Size - 1, (int)(x + reach)); h++)
            {
                double distance = Math.Sqrt(((x - h - 0.5) * (x - h - 0.5)) + ((y - v - 0.5) * (y - v - 0.5)));
                nearest[(v * Size) + h] = Math.Min(nearest[(v * Size) + h], distance);
            }
        }
    }

    /// <summary>The Catmull–Rom spline between points i and i + 1.</summary>
    private static (double X, double Y) Spline((double X, double Y)[] p, int i, double t)
    {
        var (a, b, c, d) = (p[Math.Max(0, i - 1)], p[i], p[i + 1], p[Math.Min(p.Length - 1, i + 2)]);
        double Along(double a, double b, double c, double d) =>
            0.5 * ((2 * b) + ((c - a) * t) + (((2 * a) - (5 * b) + (4 * c) - d) * t * t) + (((3 * b) - a - (3 * c) + d) * t * t * t));
        return (Along(a.X, b.X, c.X, d.X), Along(a.Y, b.Y, c.Y, d.Y));
    }
}
