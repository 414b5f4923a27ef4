namespace LisNative.Cpu;

/// <summary>
/// A copy between two memory orders: the source is contiguous along another axis than the destination. A part is a strip of cache lines of
/// the source; where they fill less than a line of the destination, some of its neighbours' strips, too, so that a line is written at once.
/// </summary>
internal readonly unsafe struct Transposition : ITask
{
    /// <summary>Elements of a cache line, and of a part that spans few of them.</summary>
    private const int Line = 16, Grain = 4096, MostAlong = 1 << 14;

    private readonly StridedIterator nest;
    private readonly int block, strips, along, alongEach;

    private Transposition(StridedIterator nest)
    {
        this.nest = nest;
        along = nest.Rank > 2 && nest.Inner < Line ? nest.Size(nest.Rank - 3) : 1;
        alongEach = Math.Min(along, Math.Max(1, MostAlong / nest.Inner / Line));
        block = Math.Max(1, Grain / (nest.Inner * alongEach) / Line) * Line;
        strips = (nest.Size(nest.Rank - 2) + block - 1) / block;
    }

    private int Runs => (along + alongEach - 1) / alongEach;

    internal int Parts => nest.Outer / nest.Size(nest.Rank - 2) / along * Runs * strips;

    /// <summary>The transposition that copies x to y, if it is one.</summary>
    internal static Transposition? TryCreate(Tensor x, Tensor y)
    {
        if (x.Strides.SequenceEqual(y.Strides))
        {
            return null;
        }

        var nest = StridedIterator.Create(y, x);
        if (nest.Rank > 1 && nest.Step(0) != 1 && nest.AxisOfStep1(0) is { } few)
        {
            // Pixels of few channels, whose loop the nest has put outside.
            nest.Exchange(few, nest.Rank - 1);
        }

        if (nest.Rank < 2 || nest.Step(0) != 1 || nest.Step(1) <= 1 || nest.Outer == 0 || nest.AxisOfStep1(1) is not { } axis)
        {
            return null;
        }

        nest.Exchange(axis, nest.Rank - 2);
        for (int other = nest.Rank - 4; other >= 0; other--)
        {
            if (nest.Stride(0, other) < nest.Stride(0, nest.Rank - 3))
            {
                nest.Exchange(other, nest.Rank - 3);
            }
        }

        return new Transposition(nest);
    }

    public void Execute(int part)
    {
        int axis = nest.Rank - 2, size = nest.Size(axis), first = part % strips * block, end = Math.Min(size, first + block);
        int run = part / strips % Runs, outer = part / strips / Runs, firstAlong = run * alongEach;
        int lastAlong = Math.Min(along, firstAlong + alongEach);
        nint row = nest.Stride(0, axis), yStep = along > 1 ? nest.Stride(0, axis - 1) : 0, xStep = along > 1 ? nest.Stride(1, axis - 1) : 0;
        float* y = nest.Row(0, outer * along * size), x = nest.Row(1, outer * along * size);
        int each = alongEach > 1 ? Line : block;
        for (int strip = first; strip < end; strip += each)
        {
            for (int i = firstAlong; i < lastAlong; i++)
            {
                TransposeKernel.Transpose(x + (i * xStep) + strip, nest.Step(1), nest.Inner, Math.Min(each, end - strip),
                    y + (i * yStep) + (strip * row), row);
            }
        }
    }
}
