namespace LisNative;

public partial class Var
{
    /// <summary>eˣ − 1, precise near 0; dx = dy · (y + 1).</summary>
    public Var Expm1()
    {
        var y = new Var(Value.Expm1());
        return y.WithEdges((this, dy => dy * (y + 1))).Reading(y.Value);
    }
}
