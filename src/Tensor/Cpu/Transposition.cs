namespace LisNative.Cpu;

/// <summary>
/// A copy between two memory orders: the source is contiguous along another axis than the destination. A part is a strip of cache lines of the source.
/// </summary>
internal readonly unsafe struct Transposition : ITask
{
    private const int Block = 16;

    private readonly Nest nest;
    private readonly int strips;

    private Transposition(Nest nest)
    {
        this.nest = nest;
        strips = (nest.Size(nest.Rank - 2) + Block - 1) / Block;
    }

    internal int Parts => nest.Outer / nest.Size(nest.Rank - 2) * strips;

    /// <summary>The transposition that copies x to y, if it is one.</summary>
    internal static Transposition? Of(Tensor x, Tensor y)
    {
        if (x.Strides.SequenceEqual(y.Strides))
        {
            return null;
        }

        var nest = Nest.Of(y, x);
        if (nest.Rank < 2 || nest.Step(0) != 1 || nest.Step(1) <= 1 || nest.Outer == 0)
        {
            return null;
        }

        for (int axis = 0; axis < nest.Rank - 1; axis++)
        {
            if (nest.Stride(1, axis) == 1)
            {
                nest.Exchange(axis, nest.Rank - 2);
                return new Transposition(nest);
            }
        }

        return null;
    }

    public void Run(int part)
    {
        int axis = nest.Rank - 2, size = nest.Size(axis), first = part % strips * Block, count = Math.Min(Block, size - first);
        nint row = nest.Stride(0, axis);
        float* y = nest.Row(0, part / strips * size) + (first * row), x = nest.Row(1, part / strips * size) + first;
        TransposeKernel.Run(x, nest.Step(1), nest.Inner, count, y, row);
    }
}
