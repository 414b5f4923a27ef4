namespace LisNative;

// z = a ∘ b with broadcasting; what broadcasting stretched, its gradient sums.
public partial class Var
{
    /// <summary>a + b; da = dy, db = dy.</summary>
    public static Var operator +(Var a, Var b) => new Var(a.Value + b.Value).WithEdges(
        (a, dy => dy.SumTo(a.Shape)),
        (b, dy => dy.SumTo(b.Shape)));

    /// <summary>a − b; da = dy, db = −dy.</summary>
    public static Var operator -(Var a, Var b) => new Var(a.Value - b.Value).WithEdges(
        (a, dy => dy.SumTo(a.Shape)),
        (b, dy => -dy.SumTo(b.Shape)));

    /// <summary>a · b, element by element; da = dy·b, db = dy·a.</summary>
    public static Var operator *(Var a, Var b) => new Var(a.Value * b.Value).WithEdges(
        (a, dy => (dy * b).SumTo(a.Shape)),
        (b, dy => (dy * a).SumTo(b.Shape))).Reading(a.Value, b.Value);

    /// <summary>a / b, element by element; da = dy/b, db = −dy·a/b².</summary>
    public static Var operator /(Var a, Var b) => new Var(a.Value / b.Value).WithEdges(
        (a, dy => (dy / b).SumTo(a.Shape)),
        (b, dy => -(dy * a / b.Square()).SumTo(b.Shape))).Reading(a.Value, b.Value);

    /// <summary>a / b, and 0 where b is 0; gradients likewise.</summary>
    public static Var DivideOrZero(Var a, Var b) => new Var(Tensor.DivideOrZero(a.Value, b.Value)).WithEdges(
        (a, dy => DivideOrZero(dy, b).SumTo(a.Shape)),
        (b, dy => -DivideOrZero(dy * a, b.Square()).SumTo(b.Shape))).Reading(a.Value, b.Value);
}
