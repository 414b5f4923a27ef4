using ILGPU;
using LisNative.Formulas;

namespace LisNative.Gpu.Kernels;

/// <summary>What the threads of a group have, one value each, joined as a tree in shared memory.</summary>
internal static class Tree
{
    /// <summary>The same result for every thread; all must come here.</summary>
    internal static GpuLane Join<TOp>(TOp op, ArrayView<float> shared, GpuLane own) where TOp : unmanaged, IReduction =>
        Join(op, shared, own, 1, 0);

    /// <summary>
    /// One result for each column: thread t has a value of column t mod <paramref name="columns"/>, and is given the result of
    /// <paramref name="column"/>. Threads of a last row that is not full must have neutral values.
    /// </summary>
    internal static GpuLane Join<TOp>(TOp op, ArrayView<float> shared, GpuLane own, int columns, int column)
        where TOp : unmanaged, IReduction
    {
        // Nobody reads the last result any more.
        Group.Barrier();
        int thread = Group.IdxX;
        shared[thread] = own.Value;
        Group.Barrier();
        for (int half = GpuBackend.GroupSize / 2; half > 0; half /= 2)
        {
            int other = thread + (half * columns);
            if (thread < half * columns && other < GpuBackend.GroupSize)
            {
                shared[thread] = op.Combine(new GpuLane(shared[thread]), new GpuLane(shared[other])).Value;
            }

            Group.Barrier();
        }

        return new(shared[column]);
    }
}
