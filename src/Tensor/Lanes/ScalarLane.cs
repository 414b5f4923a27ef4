using System.Runtime.CompilerServices;

namespace LisNative.Lanes;

/// <summary>
/// One float: what a backend that goes element by element computes formulas with; the tails of vector loops, and machines without SIMD.
/// </summary>
/// <example><code>y[i] = op.Invoke(ScalarLane.Create(x[i])).Value;</code></example>
public readonly unsafe struct ScalarLane : IVectorLane<ScalarLane>
{
    private readonly float v;

    /// <summary>The float.</summary>
    public float Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ScalarLane(float v) => this.v = v;

    static int IVectorLane<ScalarLane>.Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ScalarLane IVectorLane<ScalarLane>.Load(float* p) => new(*p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IVectorLane<ScalarLane>.Store(ScalarLane a, float* p) => *p = a.v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IVectorLane<ScalarLane>.AddProduct(ref ScalarLane sum, ScalarLane a, ScalarLane b) => sum = Fma(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float IVectorLane<ScalarLane>.Sum(ScalarLane a) => a.v;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Create(float c) => new(c);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator +(ScalarLane a, ScalarLane b) => new(a.v + b.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator -(ScalarLane a, ScalarLane b) => new(a.v - b.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator *(ScalarLane a, ScalarLane b) => new(a.v * b.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator /(ScalarLane a, ScalarLane b) => new(a.v / b.v);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Fma(ScalarLane a, ScalarLane b, ScalarLane c) => new(MathF.FusedMultiplyAdd(a.v, b.v, c.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane FmaNegated(ScalarLane a, ScalarLane b, ScalarLane c) => new(MathF.FusedMultiplyAdd(-a.v, b.v, c.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Abs(ScalarLane a) => new(MathF.Abs(a.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Sqrt(ScalarLane a) => new(MathF.Sqrt(a.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Floor(ScalarLane a) => new(MathF.Floor(a.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Min(ScalarLane a, ScalarLane b) => new(MathF.Min(a.v, b.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Max(ScalarLane a, ScalarLane b) => new(MathF.Max(a.v, b.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane AtLeast(ScalarLane a, ScalarLane bound) => a.v < bound.v ? bound : a;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane AtMost(ScalarLane a, ScalarLane bound) => bound.v < a.v ? bound : a;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane CopySign(ScalarLane magnitude, ScalarLane sign) => new(MathF.CopySign(magnitude.v, sign.v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Scale(ScalarLane a, ScalarLane n)
    {
        float half = MathF.Floor(n.v * 0.5f);
        return new(a.v * Pow2(half) * Pow2(n.v - half));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Exponent(ScalarLane a) => new((BitConverter.SingleToInt32Bits(a.v) >>> 23) - 127);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Mantissa(ScalarLane a) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(a.v) & 0x007fffff) | 0x3f800000));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane IfLess(ScalarLane a, ScalarLane b, ScalarLane then, ScalarLane otherwise) => a.v < b.v ? then : otherwise;

    /// <summary>2ⁿ for an integer n in [−126, 127], made from its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Pow2(float n) => BitConverter.Int32BitsToSingle(((int)n + 127) << 23);
}
