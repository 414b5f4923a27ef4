namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>
    /// The positions of an axis with the given numbers: y[…, k…, …] = x[…, indices[k…], …], the axes of the indices in place of the axis.
    /// </summary>
    /// <remarks>A recording reads the numbers anew in each replay.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An index is no position of the axis.</exception>
    public Tensor Gather(int axis, IndexTensor indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        axis = Shape.Axis(axis);
        indices.CheckWithin(nameof(Gather), Shape, axis);
        var result = Device.Empty([.. Shape.Sizes[..axis], .. indices.Shape.Sizes, .. Shape.Sizes[(axis + 1)..]]);
        using Tensor whole = Contiguous(), x = whole.InRows(axis, 1), y = result.InRows(axis, indices.Shape.Rank);
        using Tensor numbers = indices.Values.Contiguous(), rows = numbers.Reshape(numbers.Count);
        Device.Kernels.Gather(x, rows, y);
        return result;
    }

    /// <summary>
    /// The transpose of <see cref="Gather(int, IndexTensor)"/>: zeros with an axis of <paramref name="size"/> in place of those of the
    /// indices, to which this is added at the positions with the given numbers, one after another.
    /// </summary>
    /// <exception cref="ArgumentException">This has not the axes of the indices from <paramref name="axis"/> on, or an index is no position
    /// of the new axis.</exception>
    public Tensor ScatterAdd(int axis, IndexTensor indices, int size)
    {
        ArgumentNullException.ThrowIfNull(indices);
        int rank = indices.Shape.Rank;
        if (axis < 0 || axis + rank > Shape.Rank || !Shape.Sizes.Slice(axis, rank).SequenceEqual(indices.Shape.Sizes))
        {
            throw new ArgumentException($"ScatterAdd: {Shape} from axis {axis} on for indices {indices.Shape}; expected their sizes there");
        }

        Shape shape = [.. Shape.Sizes[..axis], size, .. Shape.Sizes[(axis + rank)..]];
        indices.CheckWithin(nameof(ScatterAdd), shape, axis);
        var result = Device.Zeros(shape);
        using Tensor whole = Contiguous(), y = whole.InRows(axis, rank), x = result.InRows(axis, 1);
        using Tensor numbers = indices.Values.Contiguous(), rows = numbers.Reshape(numbers.Count);
        Device.Kernels.ScatterAdd(y, rows, x);
        return result;
    }

    /// <summary>A contiguous tensor as [outer, rows, inner], where some axes from <paramref name="axis"/> on are the rows.</summary>
    private Tensor InRows(int axis, int count)
    {
        int Product(int from, int to) => Shape.Create(Shape.Sizes[from..to]).Count;
        return Reshape(Product(0, axis), Product(axis, axis + count), Product(axis + count, Shape.Rank));
    }
}
