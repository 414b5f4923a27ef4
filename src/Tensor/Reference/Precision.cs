using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Reference;

/// <summary>What formulas give for numbers of one precision.</summary>
internal interface IPrecision<T> where T : unmanaged
{
    static abstract T Unary<TOp>(TOp op, T x) where TOp : unmanaged, IUnary;

    static abstract T Binary<TOp>(TOp op, T a, T b) where TOp : unmanaged, IBinary;

    /// <summary>Reduces all elements, which it may overwrite.</summary>
    static abstract T Reduce<TOp>(TOp op, Span<T> x) where TOp : unmanaged, IReduction;

    static abstract void Update<TOp>(TOp op, ref T p, T g, ref T m, ref T v) where TOp : unmanaged, IUpdate;
}

/// <summary>Their meaning.</summary>
internal readonly struct DoublePrecision : IPrecision<double>
{
    public static double Unary<TOp>(TOp op, double x) where TOp : unmanaged, IUnary => op.Exact(x);

    public static double Binary<TOp>(TOp op, double a, double b) where TOp : unmanaged, IBinary => op.Exact(a, b);

    public static double Reduce<TOp>(TOp op, Span<double> x) where TOp : unmanaged, IReduction
    {
        double result = op.Start;
        foreach (double value in x)
        {
            result = op.Exact(result, value);
        }

        return result;
    }

    public static void Update<TOp>(TOp op, ref double p, double g, ref double m, ref double v) where TOp : unmanaged, IUpdate =>
        op.Exact(ref p, g, ref m, ref v);
}

/// <summary>
/// The formulas themselves, over one float; and an order for every reduction, so that another device can have the same bits.
/// </summary>
internal readonly struct SinglePrecision : IPrecision<float>
{
    public static float Unary<TOp>(TOp op, float x) where TOp : unmanaged, IUnary => op.Invoke(ScalarLane.Create(x)).Value;

    public static float Binary<TOp>(TOp op, float a, float b) where TOp : unmanaged, IBinary =>
        op.Invoke(ScalarLane.Create(a), ScalarLane.Create(b)).Value;

    /// <summary>Runs of <see cref="ReductionPlan.Run"/> elements one after another; their results likewise, until there is one.</summary>
    public static float Reduce<TOp>(TOp op, Span<float> x) where TOp : unmanaged, IReduction
    {
        for (bool joins = false; !joins || x.Length > 1; joins = true)
        {
            int runs = 0;
            for (int first = 0; first < x.Length; first += ReductionPlan.Run)
            {
                var result = ScalarLane.Create(op.Start);
                foreach (float value in x[first..Math.Min(x.Length, first + ReductionPlan.Run)])
                {
                    result = joins ? op.Combine(result, ScalarLane.Create(value)) : op.Accumulate(result, ScalarLane.Create(value));
                }

                x[runs++] = result.Value;
            }

            x = x[..runs];
        }

        return x.IsEmpty ? op.Start : x[0];
    }

    public static void Update<TOp>(TOp op, ref float p, float g, ref float m, ref float v) where TOp : unmanaged, IUpdate
    {
        ScalarLane p1 = ScalarLane.Create(p), m1 = ScalarLane.Create(m), v1 = ScalarLane.Create(v);
        op.Invoke(ref p1, ScalarLane.Create(g), ref m1, ref v1);
        (p, m, v) = (p1.Value, m1.Value, v1.Value);
    }
}
