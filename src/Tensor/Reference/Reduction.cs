using LisNative.Formulas;

namespace LisNative.Reference;

public sealed unsafe partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        Fill(y, op.Start);
        using var target = y.Expand(x.Shape);
        foreach (var i in Positions(x.Shape))
        {
            At(target, i) = op.Exact(At(target, i), At(x, i));
        }
    }
}
