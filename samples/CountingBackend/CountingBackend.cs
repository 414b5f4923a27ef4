using System.Runtime.InteropServices;
using LisNative;
using LisNative.Formulas;
using LisNative.Lanes;

namespace CountingBackend;

/// <summary>
/// A backend of one's own: a plain loop for each family of operations, which counts what it was asked for. It needs nothing of
/// LisNative.Tensor but its public interface.
/// </summary>
public sealed unsafe class CountingBackend : IBackend
{
    /// <summary>Kernels run so far.</summary>
    public long Kernels { get; private set; }

    /// <summary>Bytes that they had to read and write at least: every operand once.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public BackendInfo Info { get; } = new() { Description = "plain loops that are counted", UsesHostMemory = true };

    /// <inheritdoc/>
    public nint Allocate(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    /// <inheritdoc/>
    public void Free(nint address) => NativeMemory.AlignedFree((void*)address);

    /// <inheritdoc/>
    public void Write<T>(Tensor y, ReadOnlySpan<T> values) where T : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            First(y)[i] = (float)Convert.ToDouble(values[i]);
        }
    }

    /// <inheritdoc/>
    public void Read<T>(Tensor x, Span<T> values) where T : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (T)Convert.ChangeType(First(x)[i], typeof(T));
        }
    }

    /// <inheritdoc/>
    public void Fill(Tensor y, double value)
    {
        Count(y);
        for (int i = 0; i < y.Count; i++)
        {
            *At(y, y.Shape, i) = (float)value;
        }
    }

    /// <inheritdoc/>
    public void Copy(Tensor x, Tensor y)
    {
        Count(x, y);
        for (int i = 0; i < y.Count; i++)
        {
            *At(y, y.Shape, i) = *At(x, y.Shape, i);
        }
    }

    /// <inheritdoc/>
    public void Unary<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnary
    {
        Count(x, y);
        for (int i = 0; i < y.Count; i++)
        {
            *At(y, y.Shape, i) = op.Invoke(ScalarLane.Create(*At(x, y.Shape, i))).Value;
        }
    }

    /// <inheritdoc/>
    public void Binary<TOp>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinary
    {
        Count(a, b, y);
        for (int i = 0; i < y.Count; i++)
        {
            *At(y, y.Shape, i) = op.Invoke(ScalarLane.Create(*At(a, y.Shape, i)), ScalarLane.Create(*At(b, y.Shape, i))).Value;
        }
    }

    /// <inheritdoc/>
    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        Count(x, y);
        Shape reduced = [.. Enumerable.Range(0, x.Shape.Rank).Select(axis => y.Shape[axis] == 1 ? x.Shape[axis] : 1)];
        for (int i = 0; i < y.Count; i++)
        {
            // Runs of 128, whose results are joined: rounding then grows with the number of runs.
            float* from = At(x, y.Shape, i);
            ScalarLane whole = ScalarLane.Create(op.Start), run = whole;
            for (int j = 0; j < reduced.Count; j++)
            {
                run = op.Accumulate(run, ScalarLane.Create(from[At(x, reduced, j) - First(x)]));
                if (j % 128 == 127)
                {
                    (whole, run) = (op.Combine(whole, run), ScalarLane.Create(op.Start));
                }
            }

            *At(y, y.Shape, i) = op.Combine(whole, run).Value;
        }
    }

    /// <inheritdoc/>
    public void MatMul(Tensor a, Tensor b, Tensor y, Epilogue epilogue)
    {
        Count(a, b, y);
        int columns = y.Shape[^1], depth = a.Shape[^1];
        for (int i = 0; i < y.Count; i++)
        {
            // The row's first and the column's first element, where there are any.
            int row = i / columns, batch = row / y.Shape[^2];
            float* left = depth == 0 ? null : At(a, a.Shape, row * depth);
            float* right = depth == 0 ? null : At(b, b.Shape, (batch * depth * columns) + (i % columns));
            float* sum = At(y, y.Shape, i);
            *sum = 0;
            for (int k = 0; k < depth; k++)
            {
                *sum = MathF.FusedMultiplyAdd(left[(nint)k * a.Strides[^1]], right[(nint)k * b.Strides[^2]], *sum);
            }
        }

        epilogue.Apply(this, y, y.Shape.Rank - 1);
    }

    /// <inheritdoc/>
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(y, 0);
        Contract(x, w, y, geometry, static (ref float x, ref float w, ref float y) => y = MathF.FusedMultiplyAdd(x, w, y));
        epilogue.Apply(this, y, 1);
    }

    /// <inheritdoc/>
    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        Fill(x, 0);
        Contract(x, w, y, geometry, static (ref float x, ref float w, ref float y) => x = MathF.FusedMultiplyAdd(y, w, x));
        epilogue.Apply(this, x, 1);
    }

    /// <inheritdoc/>
    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        Fill(w, 0);
        Contract(x, w, y, geometry, static (ref float x, ref float w, ref float y) => w = MathF.FusedMultiplyAdd(x, y, w));
    }

    /// <inheritdoc/>
    public void Update<TOp>(TOp op, ReadOnlySpan<Tensor> p, ReadOnlySpan<Tensor> g, ReadOnlySpan<Tensor> m, ReadOnlySpan<Tensor> v)
        where TOp : unmanaged, IUpdate
    {
        for (int n = 0; n < p.Length; n++)
        {
            Count(p[n], g[n], m[n], v[n]);
            float* ps = First(p[n]), gs = First(g[n]), ms = First(m[n]), vs = First(v[n]);
            for (int i = 0; i < p[n].Count; i++)
            {
                ScalarLane one = ScalarLane.Create(ps[i]), first = ScalarLane.Create(ms[i]), second = ScalarLane.Create(vs[i]);
                op.Invoke(ref one, ScalarLane.Create(gs[i]), ref first, ref second);
                (ps[i], ms[i], vs[i]) = (one.Value, first.Value, second.Value);
            }
        }
    }

    private delegate void Term(ref float x, ref float w, ref float y);

    /// <summary>Every term of Σ x[n, c, p·S+r·D−P, q·S+s·D−P] · w[k,c,r,s] · y[n,k,p,q]: each operation sums those of one factor.</summary>
    private void Contract(Tensor x, Tensor w, Tensor y, ConvGeometry g, Term term)
    {
        Count(x, w, y);
        int channels = w.Shape[1], taps = w.Shape[2] * w.Shape[3];
        for (int i = 0; i < x.Shape[0] * w.Count; i++)
        {
            int n = i / w.Count, k = i % w.Count / (channels * taps), c = i / taps % channels;
            int r = i % taps / w.Shape[3], s = i % w.Shape[3];
            float* image = At(x, x.Shape, ((n * channels) + c) * x.Shape[2] * x.Shape[3]), weight = At(w, w.Shape, i % w.Count);
            float* result = At(y, y.Shape, ((n * y.Shape[1]) + k) * y.Shape[2] * y.Shape[3]);
            for (int p = 0; p < y.Shape[2]; p++)
            {
                int h = (p * g.Stride.H) + (r * g.Dilation.H) - g.Padding.Top;
                for (int q = 0; h >= 0 && h < x.Shape[2] && q < y.Shape[3]; q++)
                {
                    int v = (q * g.Stride.W) + (s * g.Dilation.W) - g.Padding.Left;
                    if (v >= 0 && v < x.Shape[3])
                    {
                        nint pixel = ((nint)h * x.Strides[2]) + ((nint)v * x.Strides[3]);
                        term(ref image[pixel], ref *weight, ref result[((nint)p * y.Strides[2]) + ((nint)q * y.Strides[3])]);
                    }
                }
            }
        }
    }

    private void Count(params ReadOnlySpan<Tensor> operands)
    {
        Kernels++;
        foreach (var operand in operands)
        {
            Bytes += (long)operand.Count * sizeof(float);
        }
    }

    private static float* First(Tensor x) => (float*)x.Address + x.Offset;

    /// <summary>The i-th element in the order of positions, innermost axis fastest, where x is broadcast to a shape.</summary>
    private static float* At(Tensor x, Shape shape, int i)
    {
        nint offset = 0;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            offset += (nint)(i % shape[axis]) * x.Strides[axis];
            i /= shape[axis];
        }

        return First(x) + offset;
    }
}
