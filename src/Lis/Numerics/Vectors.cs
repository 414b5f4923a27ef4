using System.Numerics;
using System.Runtime.InteropServices;

namespace LisNative.Numerics;

/// <summary>Arithmetic of vectors in double, some elements at a time.</summary>
internal static class Vectors
{
    internal static double Dot(double[] a, double[] b) => Dot(a.AsSpan(), b.AsSpan());

    internal static double Dot(Span<double> a, Span<double> b)
    {
        Span<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a), y = MemoryMarshal.Cast<double,
            Vector<double>>(b);
        var sums = (Vector<double>.Zero, Vector<double>.Zero);
        int i = 0;
        for (; i < x.Length - 1; i += 2)
        {
            sums.Item1 += x[i] * y[i];
            sums.Item2 += x[i + 1] * y[i + 1];
        }

        double sum = Vector.Sum(sums.Item1 + sums.Item2);
        for (i *= Vector<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    internal static double Length(double[] a) => Math.Sqrt(Dot(a, a));

    /// <summary>a ← a + scale · b.</summary>
    internal static void Add(Span<double> a, Span<double> b, double scale)
    {
        Span<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a), y = MemoryMarshal.Cast<double, Vector<double>>(b);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i] * scale;
        }

        for (int i = x.Length * Vector<double>.Count; i < a.Length; i++)
        {
            a[i] += scale * b[i];
        }
    }

    /// <summary>(a, b) ← (c·a − s·b, s·a + c·b).</summary>
    internal static void Rotate(Span<double> a, Span<double> b, double c, double s)
    {
        Span<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a), y = MemoryMarshal.Cast<double, Vector<double>>(b);
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = ((x[i] * c) - (y[i] * s), (x[i] * s) + (y[i] * c));
        }

        for (int i = x.Length * Vector<double>.Count; i < a.Length; i++)
        {
            (a[i], b[i]) = ((c * a[i]) - (s * b[i]), (s * a[i]) + (c * b[i]));
        }
    }

    /// <summary>
    /// ‖a − b‖² in single precision; of one that is more than a limit only so much that it is more, since partial sums never fall.
    /// </summary>
    internal static float SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float limit = float.PositiveInfinity)
    {
        const int Between = 16;
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(a), y = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            var d = x[i] - y[i];
            sums += d * d;
            if (i % Between == Between - 1 && Vector.Sum(sums) > limit)
            {
                return float.PositiveInfinity;
            }
        }

        float sum = Vector.Sum(sums);
        for (int i = x.Length * Vector<float>.Count; i < a.Length; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return sum;
    }

    /// <summary>aᵀb in single precision.</summary>
    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(a), y = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = (Vector<float>.Zero, Vector<float>.Zero);
        int i = 0;
        for (; i < x.Length - 1; i += 2)
        {
            sums.Item1 += x[i] * y[i];
            sums.Item2 += x[i + 1] * y[i + 1];
        }

        float sum = Vector.Sum(sums.Item1 + sums.Item2);
        for (i *= Vector<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>a ← a + scale · b in single precision.</summary>
    internal static void Add(Span<float> a, ReadOnlySpan<float> b, float scale)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector<float>>(b);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i] * scale;
        }

        for (int i = x.Length * Vector<float>.Count; i < a.Length; i++)
        {
            a[i] += scale * b[i];
        }
    }

    /// <summary>a ← scale · a.</summary>
    internal static void Scale(double[] a, double scale)
    {
        for (int i = 0; i < a.Length; i++)
        {
            a[i] *= scale;
        }
    }
}
