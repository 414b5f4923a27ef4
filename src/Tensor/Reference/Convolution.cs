namespace LisNative.Reference;

// The one trilinear form Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · w[k,c,r,s] · y[n,k,p,q]; each operation contracts two of its
// three tensors, so each is the transpose of the others.
public sealed unsafe partial class ReferenceBackend
{
    /// <inheritdoc/>
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(y, 0);
        Contract(x, w, y, geometry, static (ref x, ref w, ref y) => y += x * w);
        Finish(y, epilogue);
    }

    /// <inheritdoc/>
    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(x, 0);
        Contract(x, w, y, geometry, static (ref x, ref w, ref y) => x += y * w);
        Finish(x, epilogue);
    }

    /// <inheritdoc/>
    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        Fill(w, 0);
        Contract(x, w, y, geometry, static (ref x, ref w, ref y) => w += x * y);
    }

    private delegate void Term(ref double x, ref double w, ref double y);

    private static void Contract(Tensor x, Tensor w, Tensor y, ConvGeometry g, Term term)
    {
        int height = x.Shape[2], width = x.Shape[3];
        foreach (var i in Positions(y.Shape))
        {
            foreach (var j in Positions([.. w.Shape.Sizes[1..]]))
            {
                int h = (i[2] * g.Stride) + (j[1] * g.Dilation) - g.Padding, v = (i[3] * g.Stride) + (j[2] * g.Dilation) - g.Padding;
                if (h >= 0 && h < height && v >= 0 && v < width)
                {
                    term(ref At(x, i[0], j[0], h, v), ref At(w, i[1], j[0], j[1], j[2]), ref At(y, i));
                }
            }
        }
    }

    private static void Finish(Tensor y, Epilogue epilogue)
    {
        foreach (var i in Positions(y.Shape))
        {
            At(y, i) = Finish(At(y, i), i[1], epilogue);
        }
    }
}
