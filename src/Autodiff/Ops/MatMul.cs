namespace LisNative;

public partial class Var
{
    /// <summary>[..., m, k] times [..., k, n], leading axes broadcast; da = dy·bᵀ, db = aᵀ·dy.</summary>
    public static Var MatMul(Var a, Var b) => new Var(Tensor.MatMul(a.Value, b.Value)).From(
        (a, dy => MatMul(dy, b.Transpose()).SumTo(a.Shape)),
        (b, dy => MatMul(a.Transpose(), dy).SumTo(b.Shape)));

    /// <summary>activation(x·wᵀ + b) for x [batch, in], w [out, in], b [out]; dx = dy·w, dw = (xᵀ·dy)ᵀ, db = Σ dy.</summary>
    public static Var Linear(Var x, Var w, Var? b = null, Activation activation = Activation.None)
    {
        using var transposed = w.Value.Transpose();
        return Activated(e => Tensor.MatMul(x.Value, transposed, e), b, activation, [
            (x, dy => MatMul(dy, w)),
            (w, dy => MatMul(x.Transpose(), dy).Transpose()),
            .. b is null ? Array.Empty<Edge>() : [(b, dy => dy.Sum([0]))]]);
    }
}
