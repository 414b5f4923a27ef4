using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>One parameter of an optimiser's step: its values, gradient and moments.</summary>
internal readonly struct Updated(ArrayView<float> p, ArrayView<float> g, ArrayView<float> m, ArrayView<float> v)
{
    private readonly ArrayView<float> p = p, g = g, m = m, v = v;

    internal int Groups => (p.IntLength + GpuBackend.GroupSize - 1) / GpuBackend.GroupSize;

    internal void Step<TOp>(TOp op, int group) where TOp : unmanaged, IUpdate
    {
        int i = (group * GpuBackend.GroupSize) + Group.IdxX;
        if (i < p.IntLength)
        {
            GpuLane x = new(p[i]), first = new(m[i]), second = new(v[i]);
            op.Invoke(ref x, new GpuLane(g[i]), ref first, ref second);
            p[i] = x.Value;
            m[i] = first.Value;
            v[i] = second.Value;
        }
    }
}

/// <summary>Up to four parameters; those left over are empty.</summary>
internal readonly struct FourUpdated(Updated a, Updated b, Updated c, Updated d)
{
    internal int Groups => a.Groups + b.Groups + c.Groups + d.Groups;

    internal void Step<TOp>(TOp op, int group) where TOp : unmanaged, IUpdate
    {
        int inB = group - a.Groups, inC = inB - b.Groups, inD = inC - c.Groups;
        if (inB < 0)
        {
            a.Step(op, group);
        }
        else if (inC < 0)
        {
            b.Step(op, inB);
        }
        else if (inD < 0)
        {
            c.Step(op, inC);
        }
        else
        {
            d.Step(op, inD);
        }
    }
}

/// <summary>An optimiser's step of up to sixteen parameters: those of our networks in one launch.</summary>
internal readonly struct Update<TOp>(TOp op, FourUpdated a, FourUpdated b, FourUpdated c, FourUpdated d) : IKernel where TOp : unmanaged, IUpdate
{
    internal const int Most = 16;

    internal long Groups => a.Groups + b.Groups + c.Groups + d.Groups;

    public void Run()
    {
        int inA = Grid.IdxX, inB = inA - a.Groups, inC = inB - b.Groups, inD = inC - c.Groups;
        if (inB < 0)
        {
            a.Step(op, inA);
        }
        else if (inC < 0)
        {
            b.Step(op, inB);
        }
        else if (inD < 0)
        {
            c.Step(op, inC);
        }
        else
        {
            d.Step(op, inD);
        }
    }
}
