using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>An optimiser's step of one parameter: its values, gradient and moments.</summary>
internal readonly struct Update<TOp>(ArrayView<float> p, ArrayView<float> g, ArrayView<float> m, ArrayView<float> v)
    : IPart<TOp>, IParts<Update<TOp>> where TOp : unmanaged, IUpdate
{
    private readonly ArrayView<float> p = p, g = g, m = m, v = v;

    public int Groups => (p.IntLength + GpuBackend.GroupSize - 1) / GpuBackend.GroupSize;

    public Update<TOp> Find(ref int group) => this;

    public void Execute(TOp op, int group)
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
