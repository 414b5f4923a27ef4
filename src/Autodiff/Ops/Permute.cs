namespace LisNative;

public partial class Var
{
    /// <summary>The axes in another order; dx = dy, ordered back.</summary>
    public Var Permute(params ReadOnlySpan<int> order)
    {
        var result = new Var(Value.Permute(order));
        int[] back = Layout.Inverse(order.ToArray());
        return result.WithEdges((this, dy => dy.Permute(back)));
    }

    /// <summary>The last two axes exchanged; dx = dy, exchanged back.</summary>
    public Var Transpose() => new Var(Value.Transpose()).WithEdges((this, dy => dy.Transpose()));
}
