namespace LisNative;

public partial class Var
{
    /// <summary>|x|; dx = dy · sign x.</summary>
    public Var Abs() => new Var(Value.Abs()).WithEdges((this, dy => dy * Value.Sign()));
}
