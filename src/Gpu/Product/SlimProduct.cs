using System.Runtime.CompilerServices;
using ILGPU;
using LisNative.Gpu.Kernels;

namespace LisNative.Gpu.Product;

/// <summary>
/// Products of at most four columns, whose left side lies along the sum: the convolution that ends a decoder, the gradient of images of few
/// channels. Every row is used by one thread only, so it comes straight from memory; eight neighbouring threads share a row's sum, so that
/// they read neighbours. The right side stands in shared memory, where each load serves two rows; at the end it makes room for the threads'
/// sums, which are joined in order.
/// </summary>
internal readonly struct SlimProduct<TLeft, TRight>(Problem problem, TLeft left, TRight right) : IKernel
    where TLeft : struct, IOperand<TLeft>
    where TRight : struct, IOperand<TRight>
{
    /// <summary>A group's results: two rows for every eight threads.</summary>
    internal const int Rows = 2 * RowThreads, Columns = 4;

    private const int Lanes = 8, RowThreads = GpuBackend.GroupSize / Lanes;

    /// <summary>Terms of the sum in shared memory at a time: four columns of each; later, two sums of each thread.</summary>
    private const int Chunk = 2 * GpuBackend.GroupSize;

    public void Execute()
    {
        var place = problem.Place(Rows, Columns);
        var x = left.ForLayer(place.Layer);
        var y = right.ForLayer(place.Layer);
        int first = place.Piece * problem.PieceDepth, end = Math.Min(x.Depth, first + problem.PieceDepth), thread = Group.IdxX,
            lane = thread % Lanes, row = place.Row + (thread / Lanes);
        var shared = SharedMemory.Allocate<Float4>(Chunk);
        Cursor upper = x.Row(row), lower = x.Row(row + RowThreads), c0 = y.Row(place.Column), c1 = y.Row(place.Column + 1),
            c2 = y.Row(place.Column + 2), c3 = y.Row(place.Column + 3);
        Row4 upperSum = default, lowerSum = default;
        for (int from = first; from < end; from += Chunk)
        {
            Group.Barrier();
            for (int term = thread; term < Chunk; term += GpuBackend.GroupSize)
            {
                int d = from + term;
                shared[Place(term)] = !TRight.AlongDepth ? y.Load(c0, d, end)
                    : new(y.LoadOne(c0, d, end), y.LoadOne(c1, d, end), y.LoadOne(c2, d, end), y.LoadOne(c3, d, end));
            }

            Group.Barrier();
            int until = Math.Min(Chunk, end - from);
            for (int d = 4 * lane; d < until; d += 4 * Lanes)
            {
                Float4 a = x.Load(upper, from + d, end), b = x.Load(lower, from + d, end);
                var columns = shared.SubView(d / 4);
                Add(ref upperSum, ref lowerSum, a.X, b.X, columns[0]);
                Add(ref upperSum, ref lowerSum, a.Y, b.Y, columns[Chunk / 4]);
                Add(ref upperSum, ref lowerSum, a.Z, b.Z, columns[2 * (Chunk / 4)]);
                Add(ref upperSum, ref lowerSum, a.W, b.W, columns[3 * (Chunk / 4)]);
            }
        }

        Group.Barrier();
        shared[thread] = upperSum.Value;
        shared[thread + GpuBackend.GroupSize] = lowerSum.Value;
        Group.Barrier();
        if (thread < Rows)
        {
            Float4 sum = default;
            for (int i = 0; i < Lanes; i++)
            {
                sum += shared[(thread * Lanes) + i];
            }

            problem.Store(place, place.Row + thread, place.Column, sum);
        }
    }

    /// <summary>
    /// Where a term stands: the first of every four together, then the second, so that neighbouring threads read neighbouring words.
    /// </summary>
    private static int Place(int term) => ((term & 3) * (Chunk / 4)) + (term >> 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Row4 upper, ref Row4 lower, float a, float b, Float4 y)
    {
        upper.Add(a, y);
        lower.Add(b, y);
    }
}
