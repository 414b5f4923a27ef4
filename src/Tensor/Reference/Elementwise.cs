using LisNative.Formulas;

namespace LisNative.Reference;

public sealed unsafe partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void Fill(Tensor y, double value)
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = value;
        }
    }

    /// <inheritdoc/>
    public void Copy(Tensor x, Tensor y) => Unary(default(Identity), x, y);

    /// <inheritdoc/>
    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = op.Exact(At(x, i));
        }
    }

    /// <inheritdoc/>
    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = op.Exact(At(a, i), At(b, i));
        }
    }

    /// <inheritdoc/>
    public void Update<TOp>(TOp op, Tensor p, Tensor g, Tensor m, Tensor v) where TOp : unmanaged, IUpdate
    {
        foreach (var i in Positions(p.Shape))
        {
            op.Exact(ref At(p, i), At(g, i), ref At(m, i), ref At(v, i));
        }
    }
}
