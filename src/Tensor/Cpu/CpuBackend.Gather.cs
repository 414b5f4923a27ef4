using LisNative.Formulas;

namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>Floats of a part, and parts of a sum.</summary>
    private const int GatheredEach = 4096, ScatteredParts = 16;

    public bool TryGather(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        if (!TakesRows(x, y))
        {
            return false;
        }

        fixed (int* first = rows)
        {
            var gather = new Gathered(Data(x), first, rows.Length, Data(y), y.Count / rows.Length);
            workers.Run(gather.Parts, gather);
        }

        return true;
    }

    public bool TryScatterAdd(Tensor x, ReadOnlySpan<int> rows, Tensor y)
    {
        if (!TakesRows(x, y))
        {
            return false;
        }

        fixed (int* first = rows)
        {
            workers.Run(ScatteredParts, new Scattered(Data(x), first, rows.Length, Data(y), y.Shape[0], x.Count / rows.Length));
        }

        return true;
    }

    /// <summary>A recording cannot hold the rows; others than these layouts are rare.</summary>
    private static bool TakesRows(Tensor x, Tensor y) => !Capture.IsRecording && x.IsContiguous && y.IsContiguous;

    private readonly struct Gathered(float* from, int* rows, int count, float* to, int size) : ITask
    {
        private int Each => Math.Max(1, GatheredEach / size);

        internal int Parts => (count + Each - 1) / Each;

        public void Execute(int part)
        {
            for (int i = part * Each; i < Math.Min(count, (part + 1) * Each); i++)
            {
                new ReadOnlySpan<float>(from + ((nint)rows[i] * size), size).CopyTo(new Span<float>(to + ((nint)i * size), size));
            }
        }
    }

    /// <summary>Each part adds what goes to its own rows of the result, in order, so that no sum depends on the parts.</summary>
    private readonly struct Scattered(float* from, int* rows, int count, float* to, int results, int size) : ITask
    {
        public void Execute(int part)
        {
            int first = (int)((long)results * part / ScatteredParts), end = (int)((long)results * (part + 1) / ScatteredParts);
            for (int i = 0; i < count; i++)
            {
                if (rows[i] >= first && rows[i] < end)
                {
                    float* sum = to + ((nint)rows[i] * size);
                    new Elementwise.BinaryRow<TLane, Add>(default).Run(sum, from + ((nint)i * size), sum, size);
                }
            }
        }
    }
}
