namespace LisNative;

public partial class Var
{
    /// <summary>The axes in another order; dx = dy, ordered back.</summary>
    public Var Permute(params ReadOnlySpan<int> order)
    {
        var back = new int[order.Length];
        var result = new Var(Value.Permute(order));
        for (int i = 0; i < order.Length; i++)
        {
            back[order[i]] = i;
        }

        return result.WithEdges((this, dy => dy.Permute(back)));
    }

    /// <summary>The last two axes exchanged; dx = dy, exchanged back.</summary>
    public Var Transpose() => new Var(Value.Transpose()).WithEdges((this, dy => dy.Transpose()));
}
