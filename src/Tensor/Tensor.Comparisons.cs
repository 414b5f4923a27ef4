using LisNative.Formulas;

namespace LisNative;

// Comparisons give 1 where they hold, else 0; with a NaN none holds. Both sides broadcast.
public sealed partial class Tensor
{
    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Tensor GreaterThan(Tensor a, Tensor b) => Map(default(GreaterThan), a, b);

    /// <summary>1 where a ≥ b, else 0.</summary>
    public static Tensor GreaterOrEqual(Tensor a, Tensor b) => Map(default(GreaterOrEqual), a, b);

    /// <summary>1 where a = b, else 0.</summary>
    public static Tensor EqualTo(Tensor a, Tensor b) => Map(default(EqualTo), a, b);

    /// <summary>1 where x = c, else 0.</summary>
    public static Tensor EqualTo(Tensor x, double c) => Beside(x, c, EqualTo);

    /// <summary>1 where a &gt; b, else 0.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => GreaterThan(a, b);

    /// <summary>1 where a &lt; b, else 0.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => GreaterThan(b, a);

    /// <summary>1 where a ≥ b, else 0.</summary>
    public static Tensor operator >=(Tensor a, Tensor b) => GreaterOrEqual(a, b);

    /// <summary>1 where a ≤ b, else 0.</summary>
    public static Tensor operator <=(Tensor a, Tensor b) => GreaterOrEqual(b, a);

    /// <summary>1 where x &gt; c, else 0.</summary>
    public static Tensor operator >(Tensor x, double c) => Beside(x, c, GreaterThan);

    /// <summary>1 where x &lt; c, else 0.</summary>
    public static Tensor operator <(Tensor x, double c) => Beside(x, c, (a, b) => GreaterThan(b, a));

    /// <summary>1 where x ≥ c, else 0.</summary>
    public static Tensor operator >=(Tensor x, double c) => Beside(x, c, GreaterOrEqual);

    /// <summary>1 where x ≤ c, else 0.</summary>
    public static Tensor operator <=(Tensor x, double c) => Beside(x, c, (a, b) => GreaterOrEqual(b, a));

    /// <summary>
    /// a where the condition is not 0, else b; all three broadcast. What is not taken has no influence, NaN and ∞ included. A condition
    /// that is NaN takes b.
    /// </summary>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        CheckChoice(condition, a, b);
        using Tensor taken = Map(default(WhereTrue), condition, a), others = Map(default(WhereFalse), condition, b);
        return taken + others;
    }

    /// <summary>A condition and both choices broadcast.</summary>
    internal static void CheckChoice(Tensor condition, Tensor a, Tensor b)
    {
        if (!Shape.TryBroadcast(condition.Shape, a.Shape, out var shape) || !Shape.TryBroadcast(shape, b.Shape, out _))
        {
            throw new ArgumentException(
                $"Where: condition {condition.Shape}, {a.Shape} and {b.Shape}: expected sizes that are equal, or 1, in each axis");
        }
    }

    private static Tensor Beside(Tensor x, double c, Func<Tensor, Tensor, Tensor> comparison)
    {
        using var constant = x.Device.Full([], c);
        return comparison(x, constant);
    }
}
