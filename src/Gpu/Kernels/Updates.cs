using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>What an optimiser's step changes: one parameter, or several.</summary>
internal interface IUpdated
{
    /// <summary>Groups of threads that it takes; none for what has no elements.</summary>
    int Groups { get; }

    /// <summary>The work of one of its groups.</summary>
    void Step<TOp>(TOp op, int group) where TOp : unmanaged, IUpdate;
}

/// <summary>One parameter of an optimiser's step: its values, gradient and moments.</summary>
internal readonly struct Updated(ArrayView<float> p, ArrayView<float> g, ArrayView<float> m, ArrayView<float> v) : IUpdated
{
    private readonly ArrayView<float> p = p, g = g, m = m, v = v;

    public int Groups => (p.IntLength + GpuBackend.GroupSize - 1) / GpuBackend.GroupSize;

    public void Step<TOp>(TOp op, int group) where TOp : unmanaged, IUpdate
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

/// <summary>Four, one after another.</summary>
internal readonly struct Four<T>(T a, T b, T c, T d) : IUpdated where T : struct, IUpdated
{
    public int Groups => a.Groups + b.Groups + c.Groups + d.Groups;

    public void Step<TOp>(TOp op, int group) where TOp : unmanaged, IUpdate
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
internal readonly struct Update<TOp>(TOp op, Four<Four<Updated>> parameters) : IKernel where TOp : unmanaged, IUpdate
{
    internal const int Most = 16;

    internal long Groups => parameters.Groups;

    public void Run() => parameters.Step(op, Grid.IdxX);
}
