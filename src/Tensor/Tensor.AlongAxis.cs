namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>
    /// Along one axis the positions with the given numbers, at each place of the other axes its own:
    /// y[…, k, …] = x[…, indices[…, k, …], …] (NumPy's take_along_axis, torch.gather).
    /// </summary>
    /// <param name="indices">Of the shape of this, but for the axis.</param>
    /// <param name="axis">Along which.</param>
    /// <remarks>A recording reads the numbers anew in each replay.</remarks>
    /// <exception cref="ArgumentException">The indices have another shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is no position of the axis.</exception>
    public Tensor TakeAlongAxis(IndexTensor indices, int axis)
    {
        ArgumentNullException.ThrowIfNull(indices);
        axis = Shape.Axis(axis);
        if (indices.Shape.Rank != Shape.Rank || indices.Shape.Without(axis) != Shape.Without(axis))
        {
            throw new ArgumentException(
                $"TakeAlongAxis: {Shape} by indices {indices.Shape}: expected as many axes, of the same sizes but along axis {axis}");
        }

        indices.CheckWithin(nameof(TakeAlongAxis), Shape, axis);
        using Tensor x = Lines(axis), numbers = indices.Values.Lines(axis), y = Device.Empty(numbers.Shape);
        if (Device.Kernels.Backend is IAlongAxisKernels kernels)
        {
            kernels.TakeAlongAxis(x, numbers, y);
        }
        else
        {
            indices.ByPlace(numbers, x.Shape[1], (first, lines, places) =>
            {
                using Tensor from = x.Row(first, lines), to = y.Row(first, lines);
                Device.Kernels.Gather(from, places, to);
            });
        }

        return y.FromLines(indices.Shape, axis);
    }

    /// <summary>The transpose of <see cref="TakeAlongAxis"/>: zeros with an axis of a size, to which this is added at those places, one
    /// after another.</summary>
    /// <exception cref="ArgumentException">The indices have another shape than this.</exception>
    internal Tensor ScatterAddAlongAxis(IndexTensor indices, int axis, int size)
    {
        int[] sizes = Shape.Sizes.ToArray();
        sizes[axis] = size;
        Shape shape = Shape.Create(sizes);
        indices.CheckWithin(nameof(ScatterAddAlongAxis), shape, axis);
        using Tensor y = Lines(axis), numbers = indices.Values.Lines(axis), x = Device.Zeros([y.Shape[0], size]);
        if (Device.Kernels.Backend is IAlongAxisKernels kernels)
        {
            kernels.ScatterAddAlongAxis(y, numbers, x);
        }
        else
        {
            indices.ByPlace(numbers, size, (first, lines, places) =>
            {
                using Tensor from = y.Row(first, lines), to = x.Row(first, lines);
                Device.Kernels.ScatterAdd(from, places, to);
            });
        }

        return x.FromLines(shape, axis);
    }

    /// <summary>[all other axes, the axis], contiguous.</summary>
    private Tensor Lines(int axis)
    {
        using Tensor last = Permute(AxisLast(Shape.Rank, axis)), whole = last.Contiguous();
        return whole.Reshape(Shape.Without(axis).Count, Shape[axis]);
    }

    /// <summary>What <see cref="Lines"/> made of a shape.</summary>
    private Tensor FromLines(Shape shape, int axis)
    {
        int[] order = AxisLast(shape.Rank, axis);
        using var last = Reshape([.. order.Select(a => shape[a])]);
        return last.Permute(Layout.Inverse(order));
    }

    private static int[] AxisLast(int rank, int axis) => [.. Enumerable.Range(0, rank).Where(a => a != axis), axis];

    /// <summary>Some lines as [1, all their elements, 1].</summary>
    private Tensor Row(int first, int lines)
    {
        using var some = Slice(0, first, lines);
        return some.Reshape(1, -1, 1);
    }
}
