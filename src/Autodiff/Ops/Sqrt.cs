namespace LisNative;

public partial class Var
{
    /// <summary>√x; dx = dy / (2y).</summary>
    public Var Sqrt()
    {
        var y = new Var(Value.Sqrt());
        return y.WithEdges((this, dy => dy / (y * 2))).Reading(y.Value);
    }
}
