using System.Buffers;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Numerics;

/// <summary>
/// Lower bounds of distances from many long points by few numbers of each: in an orthonormal basis V of a plane near them, with what is
/// left outside, ‖a − b‖² ≥ ‖Va − Vb‖² + (‖a − VᵀVa‖ − ‖b − VᵀVb‖)². Points that a bound excludes need not be compared.
/// </summary>
internal sealed class DistanceBounds
{
    /// <summary>Numbers of a point: its coordinates in the plane, and the length of what lies outside.</summary>
    private const int Directions = 31, Numbers = Directions + 1;

    /// <summary>Points, and numbers of one, from which on bounds are worth their making; points by which the plane is laid.</summary>
    private const int FewestPoints = 128, ShortestPoints = 128, Laying = 256;

    private readonly float[] basis, codes;
    private readonly double rounding, longest;

    private DistanceBounds(float[] basis, float[] codes, int length, double longest)
    {
        const double Unit = 1.0 / (1 << 24), Terms = 4;
        (this.basis, this.codes, this.longest) = (basis, codes, longest);
        rounding = Terms * (length + Numbers) * Unit;
    }

    /// <summary>The bounds of many long points; null where they are few or short.</summary>
    internal static DistanceBounds? TryCreate(Device device, float[] rows, int length)
    {
        int n = rows.Length / length, laying = Math.Min(n, Laying);
        if (n < FewestPoints || length < ShortestPoints)
        {
            return null;
        }

        float[] basis = Scope.Outside(() =>
        {
            using var scope = new Scope();
            using var noGrad = new NoGrad();
            Tensor some = device.From(rows.AsSpan(0, laying * length), [laying, length]), turned = some.Transpose();
            var scatter = new SymmetricProduct(device, length, laying,
                q => Device.Scoped(() => Tensor.MatMul(Tensor.MatMul(q, turned), some)), () => some.SumOfSquares().Item());
            return PrincipalComponents.Leading(scatter, Directions, new Philox(1)).Vectors.Transpose().ToArray();
        });
        var (codes, lengths) = (new float[n * Numbers], new double[n]);
        Parallel.For(0, n, i =>
            lengths[i] = Encode(basis, rows.AsSpan(i * length, length), codes.AsSpan(i * Numbers, Numbers)));
        return new(basis, codes, length, lengths.Max());
    }

    /// <summary>The bound of the squared distance from each point.</summary>
    /// <returns>The length of the sample.</returns>
    internal double Compute(ReadOnlySpan<float> sample, Span<float> squares)
    {
        Span<float> code = stackalloc float[Numbers];
        double own = Encode(basis, sample, code);
        for (int j = 0; j < squares.Length; j++)
        {
            squares[j] = Vectors.SquaredDistance(code, codes.AsSpan(j * Numbers, Numbers));
        }

        return own;
    }

    /// <summary>
    /// The greatest bound of a point whose squared distance, as it is computed, may be so small: rounding is proportional to the sums that
    /// are rounded, and to their number.
    /// </summary>
    internal float Limit(double square, double length)
    {
        double root = (Math.Sqrt(square) * (1 + rounding)) + (rounding * (length + longest));
        return (float)(root * root) is var limit && float.IsNaN(limit) ? float.PositiveInfinity : MathF.BitIncrement(limit);
    }

    /// <summary>Va, and the length of a − VᵀVa; returns that of a.</summary>
    private static double Encode(float[] basis, ReadOnlySpan<float> a, Span<float> code)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(a.Length);
        var rest = rented.AsSpan(0, a.Length);
        a.CopyTo(rest);
        for (int i = 0; i < Directions; i++)
        {
            var direction = basis.AsSpan(i * a.Length, a.Length);
            code[i] = Vectors.Dot(a, direction);
            Vectors.Add(rest, direction, -code[i]);
        }

        code[Directions] = MathF.Sqrt(Vectors.Dot(rest, rest));
        ArrayPool<float>.Shared.Return(rented);
        return Math.Sqrt(Vectors.Dot(a, a));
    }
}
