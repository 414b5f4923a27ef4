namespace LisNative;

// Sine and cosine: each is the other's gradient.
public partial class Var
{
    /// <summary>sin x for |x| ≤ 131,072, NaN beyond; dx = dy · cos x.</summary>
    public Var Sin() => new Var(Value.Sin()).WithEdges((this, dy => dy * Cos()));

    /// <summary>cos x for |x| ≤ 131,072, NaN beyond; dx = −dy · sin x.</summary>
    public Var Cos() => new Var(Value.Cos()).WithEdges((this, dy => -(dy * Sin())));
}
