using LisNative.Formulas;

namespace LisNative.Cpu;

// Numbers of rows are read where they are, by each replay anew; one that leaves its axis touches no memory.
internal sealed unsafe partial class CpuBackend<TLane>
{
    void IIndexKernels.Gather(Tensor x, Tensor indices, Tensor y)
    {
        var rows = new Rows(Data(indices), indices.Count, x.Shape[1], x.Shape[2]);
        var gather = new ByIndex(rows, Data(x), Data(y), y.Shape[0] * indices.Count);
        workers.Run(gather.Parts, gather);
    }

    void IIndexKernels.ScatterAdd(Tensor y, Tensor indices, Tensor x)
    {
        var rows = new Rows(Data(indices), indices.Count, x.Shape[1], x.Shape[2]);
        workers.Run(x.Shape[0] * ScatteredParts, new AddedByIndex(rows, Data(y), Data(x)));
    }

    /// <summary>Count numbers of rows, of which an axis has so many, each of inner elements.</summary>
    private readonly struct Rows(float* numbers, int count, int size, int inner)
    {
        internal int Count => count;

        internal int Size => size;

        internal int Inner => inner;

        /// <summary>The number at a place; −1 if it is none of the axis.</summary>
        internal int this[int k] => numbers[k] >= 0 && numbers[k] < size ? (int)numbers[k] : -1;
    }

    private readonly struct ByIndex(Rows rows, float* x, float* y, int all) : ITask
    {
        private int Each => Math.Max(1, GatheredEach / rows.Inner);

        internal int Parts => (int)(((long)all + Each - 1) / Each);

        public void Execute(int part)
        {
            for (long i = (long)part * Each; i < Math.Min(all, (part + 1L) * Each); i++)
            {
                var to = new Span<float>(y + (i * rows.Inner), rows.Inner);
                if (rows[(int)(i % rows.Count)] is >= 0 and var row)
                {
                    new ReadOnlySpan<float>(x + (((i / rows.Count * rows.Size) + row) * rows.Inner), rows.Inner).CopyTo(to);
                }
                else
                {
                    to.Fill(float.NaN);
                }
            }
        }
    }

    /// <summary>Each part adds what goes to its own rows of the result, in order, so that no sum depends on the parts.</summary>
    private readonly struct AddedByIndex(Rows rows, float* y, float* x) : ITask
    {
        public void Execute(int part)
        {
            int outer = part / ScatteredParts, share = part % ScatteredParts;
            int first = (int)((long)rows.Size * share / ScatteredParts), end = (int)((long)rows.Size * (share + 1) / ScatteredParts);
            for (int k = 0; k < rows.Count; k++)
            {
                if (rows[k] is var row && row >= first && row < end)
                {
                    float* sum = x + ((((long)outer * rows.Size) + row) * rows.Inner);
                    float* summand = y + ((((long)outer * rows.Count) + k) * rows.Inner);
                    new Elementwise.BinaryRow<TLane, Add>(default).Run(sum, summand, sum, rows.Inner);
                }
            }
        }
    }
}
