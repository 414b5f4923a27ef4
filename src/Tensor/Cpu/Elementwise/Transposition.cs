namespace LisNative.Cpu;

/// <summary>
/// A copy between two memory orders: the source is contiguous along another axis than the destination. A part is a strip of cache lines of
/// the source.
/// </summary>
internal readonly unsafe struct Transposition : ITask
{
    /// <summary>Elements of a cache line, and of a part that spans few of them.</summary>
    private const int Line = 16, Grain = 4096;

    private readonly StridedIterator nest;
    private readonly int block, strips;

    private Transposition(StridedIterator nest)
    {
        this.nest = nest;
        block = Math.Max(1, Grain / nest.Inner / Line) * Line;
        strips = (nest.Size(nest.Rank - 2) + block - 1) / block;
    }

    internal int Parts => nest.Outer / nest.Size(nest.Rank - 2) * strips;

    /// <summary>The transposition that copies x to y, if it is one.</summary>
    internal static Transposition? TryCreate(Tensor x, Tensor y)
    {
        if (x.Strides.SequenceEqual(y.Strides))
        {
            return null;
        }

        var nest = StridedIterator.Create(y, x);
        if (nest.Rank > 1 && nest.Step(1) == 1 && nest.AxisOfStep1(0) is { } few)
        {
            // Pixels of few channels, whose loop the nest has put outside.
            nest.Exchange(few, nest.Rank - 1);
        }

        if (nest.Rank < 2 || nest.Step(0) != 1 || nest.Step(1) <= 1 || nest.Outer == 0 || nest.AxisOfStep1(1) is not { } axis)
        {
            return null;
        }

        nest.Exchange(axis, nest.Rank - 2);
        return new Transposition(nest);
    }

    public void Execute(int part)
    {
        int axis = nest.Rank - 2, size = nest.Size(axis), first = part % strips * block, count = Math.Min(block, size - first);
        nint row = nest.Stride(0, axis);
        float* y = nest.Row(0, part / strips * size) + (first * row), x = nest.Row(1, part / strips * size) + first;
        TransposeKernel.Transpose(x, nest.Step(1), nest.Inner, count, y, row);
    }
}
