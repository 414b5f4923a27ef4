namespace LisNative.Reference;

// The one trilinear form Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · w[k,c,r,s] · y[n,k,p,q]; each operation contracts two of its
// three tensors, so each is the transpose of the others.
public sealed unsafe partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(y, 0);
        Contract<ToY>(x, w, y, geometry);
        Finish(y, epilogue);
    }

    /// <inheritdoc/>
    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(x, 0);
        Contract<ToX>(x, w, y, geometry);
        Finish(x, epilogue);
    }

    /// <inheritdoc/>
    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        Fill(w, 0);
        Contract<ToW>(x, w, y, geometry);
    }

    private interface ITerm
    {
        static abstract void Add(ref double x, ref double w, ref double y);
    }

    private static void Contract<TTerm>(Tensor x, Tensor w, Tensor y, ConvGeometry g) where TTerm : ITerm
    {
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int k = 0; k < w.Shape[0]; k++)
            {
                for (int c = 0; c < w.Shape[1]; c++)
                {
                    for (int r = 0; r < w.Shape[2]; r++)
                    {
                        for (int s = 0; s < w.Shape[3]; s++)
                        {
                            Pixels<TTerm>(x, ref At(w, k, c, r, s), y, g, (n, k, c, r, s));
                        }
                    }
                }
            }
        }
    }

    private static void Pixels<TTerm>(Tensor x, ref double w, Tensor y, ConvGeometry g, (int N, int K, int C, int R, int S) i) where TTerm : ITerm
    {
        for (int p = 0; p < y.Shape[2]; p++)
        {
            for (int q = 0; q < y.Shape[3]; q++)
            {
                int h = (p * g.Stride) + (i.R * g.Dilation) - g.Padding, v = (q * g.Stride) + (i.S * g.Dilation) - g.Padding;
                if (h >= 0 && h < x.Shape[2] && v >= 0 && v < x.Shape[3])
                {
                    TTerm.Add(ref At(x, i.N, i.C, h, v), ref w, ref At(y, i.N, i.K, p, q));
                }
            }
        }
    }

    private static void Finish(Tensor y, Epilogue epilogue)
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = Finish(At(y, i), i, i[1], epilogue);
        }
    }

    private readonly struct ToY : ITerm
    {
        public static void Add(ref double x, ref double w, ref double y) => y += x * w;
    }

    private readonly struct ToX : ITerm
    {
        public static void Add(ref double x, ref double w, ref double y) => x += y * w;
    }

    private readonly struct ToW : ITerm
    {
        public static void Add(ref double x, ref double w, ref double y) => w += x * y;
    }
}
