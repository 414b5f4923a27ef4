namespace LisNative;

public partial class Var
{
    /// <summary>eˣ; dx = dy · y.</summary>
    public Var Exp()
    {
        var y = new Var(Value.Exp());
        return y.WithEdges((this, dy => dy * y)).Reading(y.Value);
    }
}
