namespace LisNative;

public partial class Var
{
    /// <summary>ln(1 + x), precise near 0; dx = dy / (1 + x).</summary>
    public Var Log1p() => new Var(Value.Log1p()).WithEdges((this, dy => dy / (this + 1)));
}
