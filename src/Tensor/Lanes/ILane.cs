namespace LisNative.Lanes;

/// <summary>
/// The arithmetic that formulas are written in: one float, or a SIMD register full of them. A formula generic over its
/// lane is compiled by the JIT into straight vector code, and by ILGPU into PTX and OpenCL.
/// </summary>
/// <typeparam name="T">The lane itself.</typeparam>
public interface ILane<T> where T : struct, ILane<T>
{
    /// <summary>The constant <paramref name="c"/> in every element.</summary>
    static abstract T Create(float c);

    /// <summary>a + b.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>a − b.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>a · b.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>a / b, correctly rounded.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract T Fma(T a, T b, T c);

    /// <summary>c − a·b, rounded once.</summary>
    static abstract T FmaNegated(T a, T b, T c);

    /// <summary>|a|.</summary>
    static abstract T Abs(T a);

    /// <summary>√a, correctly rounded.</summary>
    static abstract T Sqrt(T a);

    /// <summary>The greatest integer not above a.</summary>
    static abstract T Floor(T a);

    /// <summary>The smaller of a and b; NaN if either is NaN.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The larger of a and b; NaN if either is NaN.</summary>
    static abstract T Max(T a, T b);

    /// <summary>
    /// a, or <paramref name="bound"/>, a number, where a is less; a NaN stays. Cheaper than a maximum that looks for NaN in both.
    /// </summary>
    static abstract T AtLeast(T a, T bound);

    /// <summary>a, or <paramref name="bound"/>, a number, where a is greater; a NaN stays.</summary>
    static abstract T AtMost(T a, T bound);

    /// <summary>|magnitude| with the sign bit of <paramref name="sign"/>.</summary>
    static abstract T CopySign(T magnitude, T sign);

    /// <summary>a · 2ⁿ, rounded once, for an integer n in [−252, 254].</summary>
    static abstract T Scale(T a, T n);

    /// <summary>The integer e with a = m·2ᵉ, 1 ≤ m &lt; 2, for a positive normal a.</summary>
    static abstract T Exponent(T a);

    /// <summary>The m of <see cref="Exponent"/>.</summary>
    static abstract T Mantissa(T a);

    /// <summary>
    /// a &lt; b ? <paramref name="then"/> : <paramref name="otherwise"/>, element by element; a comparison with NaN is false.
    /// </summary>
    static abstract T IfLess(T a, T b, T then, T otherwise);
}
