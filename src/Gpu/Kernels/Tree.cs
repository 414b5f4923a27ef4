using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>What the threads of a group have, one value each, joined as a tree in shared memory.</summary>
internal static class Tree
{
    /// <summary>The same result for every thread; all must come here.</summary>
    internal static GpuLane Join<TOp>(TOp op, ArrayView<float> shared, GpuLane own) where TOp : unmanaged, IReduction
    {
        // Nobody reads the last result any more.
        Group.Barrier();
        int thread = Group.IdxX;
        shared[thread] = own.Value;
        Group.Barrier();
        for (int half = GpuBackend.GroupSize / 2; half > 0; half /= 2)
        {
            if (thread < half)
            {
                shared[thread] = op.Combine(new GpuLane(shared[thread]), new GpuLane(shared[thread + half])).Value;
            }

            Group.Barrier();
        }

        return new(shared[0]);
    }
}
