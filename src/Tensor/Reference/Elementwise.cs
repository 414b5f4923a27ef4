using LisNative.Formulas;

namespace LisNative.Reference;

internal sealed unsafe partial class ReferenceBackend<TPrecision, T>
{
    public void Fill(Tensor y, double value)
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = T.CreateTruncating(value);
        }
    }

    public void Copy(Tensor x, Tensor y) => Unary(default(Identity), x, y);

    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = TPrecision.Unary(op, At(x, i));
        }
    }

    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = TPrecision.Binary(op, At(a, i), At(b, i));
        }
    }

    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate
    {
        for (int n = 0; n < p.Length; n++)
        {
            foreach (var i in Positions(p[n].Shape))
            {
                TPrecision.Update(op, ref At(p[n], i), At(g[n], i), ref At(m[n], i), ref At(v[n], i));
            }
        }
    }
}
