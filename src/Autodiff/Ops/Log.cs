namespace LisNative;

public partial class Var
{
    /// <summary>ln x; dx = dy / x.</summary>
    public Var Log() => new Var(Value.Log()).WithEdges((this, dy => dy / this));
}
