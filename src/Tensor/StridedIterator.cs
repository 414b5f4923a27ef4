namespace LisNative;

/// <summary>
/// The loops over up to three operands of one shape: axes in the memory order of operand 0, those of size 1 dropped,
/// neighbours merged wherever all operands allow it.
/// </summary>
internal unsafe struct StridedIterator
{
    private const int MaxRank = 8, MaxOperands = 3, ShortestInner = 16, ShortestRun = 5;

    private readonly int count;
    private fixed int sizes[MaxRank];
    private fixed int strides[MaxOperands * MaxRank];
    private fixed long addresses[MaxOperands];

    private StridedIterator(ReadOnlySpan<Tensor> operands)
    {
        var shape = operands[0].Shape;
        for (int o = 0; o < operands.Length; o++)
        {
            addresses[o] = operands[o].Address + ((long)operands[o].Offset * sizeof(float));
        }

        foreach (int axis in Layout.OutermostFirst(operands[0].Strides))
        {
            int size = shape[axis];
            if (size == 1)
            {
                continue;
            }

            bool merges = Rank > 0;
            for (int o = 0; o < operands.Length && merges; o++)
            {
                merges = strides[(o * MaxRank) + Rank - 1] == operands[o].Strides[axis] * size;
            }

            Rank += merges ? 0 : 1;
            if (Rank > MaxRank)
            {
                throw new NotSupportedException($"{shape} has more than {MaxRank} axes that cannot be merged");
            }

            sizes[Rank - 1] = merges ? sizes[Rank - 1] * size : size;
            for (int o = 0; o < operands.Length; o++)
            {
                strides[(o * MaxRank) + Rank - 1] = operands[o].Strides[axis];
            }
        }

        for (int axis = Rank - 2; axis >= 0; axis--)
        {
            // Few channels are innermost, and strided in some operand, or they are very few: a longer loop over pixels pays in spite of its
            // strides.
            if (sizes[Rank - 1] < (LiesSideBySide(operands.Length) ? ShortestRun : ShortestInner) && sizes[axis] > 4 * sizes[Rank - 1])
            {
                Exchange(axis, Rank - 1);
            }
        }

        Inner = Rank > 0 ? sizes[Rank - 1] : 1;
        count = shape.Count;
    }

    /// <summary>Whether the innermost loop's elements are neighbours in every operand.</summary>
    private readonly bool LiesSideBySide(int operands)
    {
        for (int o = 0; o < operands; o++)
        {
            if (Step(o) != 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Axes left.</summary>
    internal int Rank { get; }

    /// <summary>Length of the innermost loop.</summary>
    internal int Inner { get; private set; }

    /// <summary>How often the innermost loop runs.</summary>
    internal readonly int Outer => count == 0 ? 0 : count / Inner;

    internal static StridedIterator Create(params ReadOnlySpan<Tensor> operands) => new(operands);

    /// <summary>Stride of the innermost loop.</summary>
    internal readonly int Step(int operand) => Rank > 0 ? strides[(operand * MaxRank) + Rank - 1] : 1;

    /// <summary>Size of an axis.</summary>
    internal readonly int Size(int axis) => sizes[axis];

    /// <summary>Stride of an axis.</summary>
    internal readonly int Stride(int operand, int axis) => strides[(operand * MaxRank) + axis];

    /// <summary>The axis but the innermost along which an operand's elements are neighbours in memory.</summary>
    internal readonly int? AxisOfStep1(int operand)
    {
        for (int axis = 0; axis < Rank - 1; axis++)
        {
            if (Stride(operand, axis) == 1)
            {
                return axis;
            }
        }

        return null;
    }

    /// <summary>Exchanges the places of two axes.</summary>
    internal void Exchange(int i, int j)
    {
        (sizes[i], sizes[j]) = (sizes[j], sizes[i]);
        for (int o = 0; o < MaxOperands; o++)
        {
            (strides[(o * MaxRank) + i], strides[(o * MaxRank) + j]) = (strides[(o * MaxRank) + j], strides[(o * MaxRank) + i]);
        }

        Inner = sizes[Rank - 1];
    }

    /// <summary>The innermost loops from a number on, one after another.</summary>
    internal readonly Cursor From(int row) => new(this, row);

    /// <summary>Where one innermost loop begins after another, without a division for each.</summary>
    internal struct Cursor
    {
        private readonly StridedIterator nest;
        private fixed int at[MaxRank];
        private fixed long addresses[MaxOperands];

        internal Cursor(StridedIterator nest, int row)
        {
            this.nest = nest;
            for (int o = 0; o < MaxOperands; o++)
            {
                addresses[o] = (long)nest.Row(o, row);
            }

            for (int i = nest.Rank - 2; i >= 0; row /= nest.sizes[i], i--)
            {
                at[i] = row % nest.sizes[i];
            }
        }

        internal readonly float* this[int operand] => (float*)addresses[operand];

        internal void Next()
        {
            for (int i = nest.Rank - 2; i >= 0; i--)
            {
                bool ends = ++at[i] == nest.sizes[i];
                long steps = ends ? 1 - nest.sizes[i] : 1;
                for (int o = 0; o < MaxOperands; o++)
                {
                    addresses[o] += steps * nest.strides[(o * MaxRank) + i] * sizeof(float);
                }

                if (!ends)
                {
                    return;
                }

                at[i] = 0;
            }
        }
    }

    /// <summary>Where the innermost loop number <paramref name="row"/> begins.</summary>
    internal readonly float* Row(int operand, int row)
    {
        long offset = 0;
        for (int i = Rank - 2; i >= 0; i--)
        {
            offset += (long)(row % sizes[i]) * strides[(operand * MaxRank) + i];
            row /= sizes[i];
        }

        return (float*)addresses[operand] + offset;
    }
}
