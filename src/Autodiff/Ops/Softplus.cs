namespace LisNative;

public partial class Var
{
    /// <summary>ln(1 + eˣ); dx = dy · sigmoid x.</summary>
    public Var Softplus() => new Var(Value.Softplus()).WithEdges((this, dy => dy * Sigmoid()));
}
