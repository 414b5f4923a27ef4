using System.Runtime.CompilerServices;

namespace LisNative.Reference;

// The one trilinear form Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · w[k,c,r,s] · y[n,k,p,q]; each operation contracts two of its three tensors, so
// each is the transpose of the others. The order of the loops is that of every sum: taps before channels, images before pixels.
internal sealed unsafe partial class ReferenceBackend<TPrecision, T>
{
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(y, 0);
        Contract<ToY>(x, w, y, geometry);
        epilogue.Apply(this, y, 1);
    }

    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(x, 0);
        Contract<ToX>(x, w, y, geometry);
        epilogue.Apply(this, x, 1);
    }

    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        Fill(w, 0);
        Contract<ToW>(x, w, y, geometry);
    }

    private interface ITerm
    {
        static abstract void Add(ref T x, ref T w, ref T y);
    }

    private static void Contract<TTerm>(Tensor x, Tensor w, Tensor y, ConvGeometry g) where TTerm : ITerm
    {
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int r = 0; r < w.Shape[2]; r++)
            {
                for (int s = 0; s < w.Shape[3]; s++)
                {
                    for (int k = 0; k < w.Shape[0]; k++)
                    {
                        for (int c = 0; c < w.Shape[1]; c++)
                        {
                            Pixels<TTerm>(x, ref At(w, k, c, r, s), y, g, (n, k, c, r, s));
                        }
                    }
                }
            }
        }
    }

    private static void Pixels<TTerm>(Tensor x, ref T w, Tensor y, ConvGeometry g, (int N, int K, int C, int R, int S) i)
        where TTerm : ITerm
    {
        T* xs = (T*)Unsafe.AsPointer(ref At(x, i.N, i.C)), ys = (T*)Unsafe.AsPointer(ref At(y, i.N, i.K));
        nint xRow = x.Strides[2], xColumn = x.Strides[3], yRow = y.Strides[2], yColumn = y.Strides[3];
        int height = x.Shape[2], width = x.Shape[3], rows = y.Shape[2], columns = y.Shape[3];
        for (int p = 0; p < rows; p++)
        {
            int h = (p * g.Stride.H) + (i.R * g.Dilation.H) - g.Padding.Top;
            for (int q = 0; h >= 0 && h < height && q < columns; q++)
            {
                int v = (q * g.Stride.W) + (i.S * g.Dilation.W) - g.Padding.Left;
                if (v >= 0 && v < width)
                {
                    TTerm.Add(ref xs[(h * xRow) + (v * xColumn)], ref w, ref ys[(p * yRow) + (q * yColumn)]);
                }
            }
        }
    }

    private readonly struct ToY : ITerm
    {
        public static void Add(ref T x, ref T w, ref T y) => y = T.FusedMultiplyAdd(x, w, y);
    }

    private readonly struct ToX : ITerm
    {
        public static void Add(ref T x, ref T w, ref T y) => x = T.FusedMultiplyAdd(y, w, x);
    }

    private readonly struct ToW : ITerm
    {
        public static void Add(ref T x, ref T w, ref T y) => w = T.FusedMultiplyAdd(x, y, w);
    }
}
