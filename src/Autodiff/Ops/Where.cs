using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>
    /// a where the condition is not 0, else b; all three broadcast. What is not taken has no influence, NaN and ∞ included; dy goes to what
    /// was taken, 0 to the rest.
    /// </summary>
    public static Var Where(Var condition, Var a, Var b)
    {
        Tensor.CheckChoice(condition.Value, a.Value, b.Value);
        return Taken(default(WhereTrue), condition.Value, a) + Taken(default(WhereFalse), condition.Value, b);
    }

    /// <summary>a where the condition is not 0, else c.</summary>
    public static Var Where(Var condition, Var a, double c) => Where(condition, a, a.Value.Device.Full([], c));

    /// <summary>1 where a &gt; b, else 0: a constant.</summary>
    public static Var operator >(Var a, Var b) => a.Value > b.Value;

    /// <summary>1 where a &lt; b, else 0: a constant.</summary>
    public static Var operator <(Var a, Var b) => a.Value < b.Value;

    /// <summary>1 where a ≥ b, else 0: a constant.</summary>
    public static Var operator >=(Var a, Var b) => a.Value >= b.Value;

    /// <summary>1 where a ≤ b, else 0: a constant.</summary>
    public static Var operator <=(Var a, Var b) => a.Value <= b.Value;

    /// <summary>1 where x &gt; c, else 0: a constant.</summary>
    public static Var operator >(Var x, double c) => x.Value > c;

    /// <summary>1 where x &lt; c, else 0: a constant.</summary>
    public static Var operator <(Var x, double c) => x.Value < c;

    /// <summary>1 where x ≥ c, else 0: a constant.</summary>
    public static Var operator >=(Var x, double c) => x.Value >= c;

    /// <summary>1 where x ≤ c, else 0: a constant.</summary>
    public static Var operator <=(Var x, double c) => x.Value <= c;

    /// <summary>x where a condition takes it; dx = dy likewise.</summary>
    private static Var Taken<TOp>(TOp by, Tensor condition, Var x) where TOp : unmanaged, IBinary =>
        new Var(Tensor.Map(by, condition, x.Value)).WithEdges((x, dy => Taken(by, condition, dy).SumTo(x.Shape))).Reading(condition);
}
