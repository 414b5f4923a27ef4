namespace LisNative;

public partial class Var
{
    /// <summary>[..., m, k] times [..., k, n], leading axes broadcast; da = dy·bᵀ, db = aᵀ·dy.</summary>
    public static Var MatMul(Var a, Var b) => new Var(Tensor.MatMul(a.Value, b.Value)).WithEdges(
        (a, dy => MatMul(dy, b.Transpose()).SumTo(a.Shape)),
        (b, dy => MatMul(a.Transpose(), dy).SumTo(b.Shape))).Reading(a.Value, b.Value);

    /// <summary>
    /// activation(x·wᵀ + b) for x [..., in], w [out, in], b [out]: [..., out]. With x as rows [batch, in]: dx = dy·w, dw = (xᵀ·dy)ᵀ, db = Σ
    /// dy.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit; the message names both.</exception>
    public static Var Linear(Var x, Var w, Var? b = null, Activation? activation = null)
    {
        if (x.Shape.Rank == 0 || w.Shape.Rank != 2 || x.Shape[^1] != w.Shape[1])
        {
            throw new ArgumentException($"Linear: input {x.Shape} and weight {w.Shape}: expected [..., in] and [out, in]");
        }

        if (x.Shape.Rank != 2)
        {
            var batch = Shape.Create(x.Shape.Sizes[..^1]);
            return Linear(x.Reshape(batch.Count, x.Shape[^1]), w, b, activation).Reshape([.. batch.Sizes, w.Shape[0]]);
        }

        using var transposed = w.Value.Transpose();
        return Activated((x, w), e => Tensor.MatMul(x.Value, transposed, e), b, activation, [
            (x, dy => MatMul(dy, w)),
            (w, dy => MatMul(x.Transpose(), dy).Transpose()),
            .. b is null ? Array.Empty<Edge>() : [(b, dy => dy.Sum([0]))]]);
    }
}
