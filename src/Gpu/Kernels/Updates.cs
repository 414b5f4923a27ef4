using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>One parameter of an optimiser's step: its values, gradient and moments.</summary>
internal readonly struct Updated(ArrayView<float> p, ArrayView<float> g, ArrayView<float> m, ArrayView<float> v)
{
    internal readonly ArrayView<float> P = p, G = g, M = m, V = v;

    internal int Groups => (P.IntLength + GpuBackend.GroupSize - 1) / GpuBackend.GroupSize;

    internal void Step<TOp>(TOp op, int i) where TOp : unmanaged, IUpdate
    {
        if (i < P.IntLength)
        {
            GpuLane p = new(P[i]), m = new(M[i]), v = new(V[i]);
            op.Invoke(ref p, new GpuLane(G[i]), ref m, ref v);
            P[i] = p.Value;
            M[i] = m.Value;
            V[i] = v.Value;
        }
    }
}

/// <summary>An optimiser's step of up to four parameters; <c>firstN</c> is the first group that works on parameter N.</summary>
internal readonly struct Update<TOp>(TOp op, Updated a, Updated b, Updated c, Updated d, int firstB, int firstC, int firstD) : IKernel where TOp : unmanaged, IUpdate
{
    internal const int Most = 4;

    public void Run()
    {
        int group = Grid.IdxX;
        if (group < firstB)
        {
            a.Step(op, Index(0));
        }
        else if (group < firstC)
        {
            b.Step(op, Index(firstB));
        }
        else if (group < firstD)
        {
            c.Step(op, Index(firstC));
        }
        else
        {
            d.Step(op, Index(firstD));
        }
    }

    private static int Index(int first) => ((Grid.IdxX - first) * GpuBackend.GroupSize) + Group.IdxX;
}
