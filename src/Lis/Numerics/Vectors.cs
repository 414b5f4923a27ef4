using System.Numerics;
using System.Runtime.InteropServices;

namespace LisNative.Numerics;

/// <summary>Arithmetic of vectors, some elements at a time.</summary>
internal static class Vectors
{
    /// <summary>aᵀb.</summary>
    internal static double Dot(double[] a, double[] b) => Dot<double>(a, b);

    /// <inheritdoc cref="Dot(double[], double[])"/>
    internal static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : struct, INumber<T>
    {
        ReadOnlySpan<Vector<T>> x = MemoryMarshal.Cast<T, Vector<T>>(a), y = MemoryMarshal.Cast<T, Vector<T>>(b);
        var sums = (Vector<T>.Zero, Vector<T>.Zero);
        int i = 0;
        for (; i < x.Length - 1; i += 2)
        {
            sums.Item1 += x[i] * y[i];
            sums.Item2 += x[i + 1] * y[i + 1];
        }

        T sum = Vector.Sum(sums.Item1 + sums.Item2);
        for (i *= Vector<T>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    internal static double Length(double[] a) => Math.Sqrt(Dot(a, a));

    /// <summary>a ← a + scale · b.</summary>
    internal static void Add<T>(Span<T> a, ReadOnlySpan<T> b, T scale) where T : struct, INumber<T>
    {
        var x = MemoryMarshal.Cast<T, Vector<T>>(a);
        var y = MemoryMarshal.Cast<T, Vector<T>>(b);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i] * scale;
        }

        for (int i = x.Length * Vector<T>.Count; i < a.Length; i++)
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

    /// <summary>‖a − b‖² in single precision; +∞ where it is more than a limit, which a part of the sum may tell.</summary>
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

    /// <summary>a ← scale · a.</summary>
    internal static void Scale(double[] a, double scale)
    {
        for (int i = 0; i < a.Length; i++)
        {
            a[i] *= scale;
        }
    }
}
