namespace LisNative;

public partial class Var
{
    /// <summary>x²; dx = 2·x·dy.</summary>
    public Var Square() => new Var(Value.Square()).WithEdges((this, dy => dy * this * 2));
}
