using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Formulas;

/// <summary>x: what a copy is.</summary>
internal readonly record struct Identity : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => x;

    public double Exact(double x) => x;
}

/// <summary>a + b.</summary>
internal readonly record struct Add : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a + b;

    public double Exact(double a, double b) => a + b;
}

/// <summary>a − b.</summary>
internal readonly record struct Subtract : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a - b;

    public double Exact(double a, double b) => a - b;
}

/// <summary>a · b.</summary>
internal readonly record struct Multiply : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a * b;

    public double Exact(double a, double b) => a * b;
}

/// <summary>a / b.</summary>
internal readonly record struct Divide : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => a / b;

    public double Exact(double a, double b) => a / b;
}

/// <summary>a / b, and 0 where b is 0: the subgradient that norms take at the origin.</summary>
internal readonly record struct DivideOrZero : IBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T a, T b) where T : struct, ILane<T> => T.IfLess(T.Create(0), T.Abs(b), a / b, T.Create(0) * b);

    public double Exact(double a, double b) => b == 0 ? 0 : a / b;
}

/// <summary>scale · x + offset.</summary>
/// <param name="Scale">Factor.</param>
/// <param name="Offset">Addend.</param>
internal readonly record struct Affine(double Scale, double Offset) : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Fma(T.Create((float)Scale), x, T.Create((float)Offset));

    public double Exact(double x) => (Scale * x) + Offset;
}

/// <summary>x².</summary>
internal readonly record struct Square : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => x * x;

    public double Exact(double x) => x * x;
}

/// <summary>√x.</summary>
internal readonly record struct Sqrt : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Sqrt(x);

    public double Exact(double x) => Math.Sqrt(x);
}

/// <summary>|x|.</summary>
internal readonly record struct Abs : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.Abs(x);

    public double Exact(double x) => Math.Abs(x);
}

/// <summary>−1, 0 or 1; ±0 and NaN stay what they are.</summary>
internal readonly record struct Sign : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Invoke<T>(T x) where T : struct, ILane<T> => T.IfLess(x, T.Create(0), T.Create(-1), T.IfLess(T.Create(0), x, T.Create(1), x));

    public double Exact(double x) => x < 0 ? -1 : x > 0 ? 1 : x;
}
