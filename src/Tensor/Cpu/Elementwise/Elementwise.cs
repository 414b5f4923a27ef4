using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>A formula over a run of contiguous floats.</summary>
internal unsafe interface IRow
{
    /// <summary>y[i] = f(a[i], b[i]) for i &lt; n; operands that the formula lacks are not touched.</summary>
    void Run(float* y, float* a, float* b, int n);
}

/// <summary>
/// The one driver of element-wise work: operands of any layout, in parts of <see cref="Grain"/> elements and, of large ones, more. Operands
/// whose innermost stride is not 1 are staged through small buffers, so formulas only ever see contiguous floats.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>Elements a thread takes at a time: enough to outweigh the hand-over, few enough to balance.</summary>
    internal const int Grain = 16384;

    /// <summary>Of large operands: longer streams through memory (docs/evidence/performance.md), still enough parts.</summary>
    private const int LargeGrain = 4 * Grain, ManyParts = 64;

    private const int Stage = 256, Repeats = 1024;

    internal static void Run<TRow>(Workers workers, TRow row, params ReadOnlySpan<Tensor> operands) where TRow : unmanaged, IRow
    {
        var nest = StridedIterator.Create(operands);
        if (nest.Outer == 0)
        {
            return;
        }

        int grain = Math.Clamp(operands[0].Count / ManyParts, Grain, LargeGrain);
        int pieces = ((nest.Inner - 1) / grain) + 1;
        int rowsPerPart = Math.Max(1, grain / nest.Inner);
        int parts = pieces * ((nest.Outer + rowsPerPart - 1) / rowsPerPart);
        workers.Run(parts, new Job<TRow>(row, nest, operands.Length, grain, pieces, rowsPerPart));
    }

    /// <summary>
    /// The same in parts that are the samples of the result, the positions of its outermost axis; null where the loops have another order.
    /// </summary>
    internal static Job<TRow>? Samples<TRow>(TRow row, int samples, params ReadOnlySpan<Tensor> operands) where TRow : unmanaged, IRow
    {
        var nest = StridedIterator.Create(operands);
        return nest.Rank < 2 ? new(row, nest, operands.Length, nest.Inner / samples, samples, 1)
            : nest.Size(0) * nest.Stride(0, 0) == operands[0].Count ? new(row, nest, operands.Length, nest.Inner, 1, nest.Outer / samples)
            : null;
    }

    internal readonly struct Job<TRow>(TRow row, StridedIterator nest, int operands, int grain, int pieces, int rowsPerPart) : ITask
        where TRow : unmanaged, IRow
    {
        public void Execute(int part)
        {
            int start = part % pieces * grain, length = Math.Min(grain, nest.Inner - start);
            int first = part / pieces * rowsPerPart, last = Math.Min(first + rowsPerPart, nest.Outer);
            int sy = nest.Step(0), sa = operands > 1 ? nest.Step(1) : 0, sb = operands > 2 ? nest.Step(2) : 0;
            var at = nest.From(first);
            for (int r = first; r < last; r++, at.Next())
            {
                Row(at[0] + ((long)start * sy), operands > 1 ? at[1] + ((long)start * sa) : null,
                    operands > 2 ? at[2] + ((long)start * sb) : null, sy, sa, sb, length);
            }
        }

        private void Row(float* y, float* a, float* b, int sy, int sa, int sb, int length)
        {
            if (sy == 1 && (operands < 2 || sa == 1) && (operands < 3 || sb == 1))
            {
                row.Run(y, a, b, length);
            }
            else if (typeof(TRow) == typeof(CopyRow) && sy == 1 && sa != 0)
            {
                Contiguous(a, sa, y, length);
            }
            else if (sy == 1 && sa is 0 or 1 && sb is 0 or 1)
            {
                Repeated(y, a, b, sa, sb, length);
            }
            else
            {
                Staged(y, a, b, sy, sa, sb, length);
            }
        }

        /// <summary>An operand that is one number all along is written out once.</summary>
        [SkipLocalsInit]
        private void Repeated(float* y, float* a, float* b, int sa, int sb, int length)
        {
            float* first = stackalloc float[2 * Repeats], second = first + Repeats;
            int most = Math.Min(Repeats, length);
            new Span<float>(first, sa == 0 && operands > 1 ? most : 0).Fill(operands > 1 ? *a : 0);
            new Span<float>(second, sb == 0 && operands > 2 ? most : 0).Fill(operands > 2 ? *b : 0);
            for (int i = 0; i < length; i += Repeats)
            {
                row.Run(y + i, sa == 0 ? first : a + i, sb == 0 ? second : b + i, Math.Min(Repeats, length - i));
            }
        }

        /// <summary>Apart, since the JIT compiles methods that take from the stack at its best at once, and most rows need none.</summary>
        private void Staged(float* y, float* a, float* b, int sy, int sa, int sb, int length)
        {
            float* stagedY = stackalloc float[3 * Stage], stagedA = stagedY + Stage, stagedB = stagedA + Stage;
            for (int i = 0; i < length; i += Stage)
            {
                int n = Math.Min(Stage, length - i);
                float* x1 = operands < 2 ? null : Contiguous(a + ((long)i * sa), sa, stagedA, n);
                float* x2 = operands < 3 ? null : Contiguous(b + ((long)i * sb), sb, stagedB, n);
                row.Run(sy == 1 ? y + i : stagedY, x1, x2, n);
                for (int j = 0; sy != 1 && j < n; j++)
                {
                    y[(long)(i + j) * sy] = stagedY[j];
                }
            }
        }

        private static float* Contiguous(float* x, int step, float* stage, int n)
        {
            if (step == 1)
            {
                return x;
            }

            if (step == 0)
            {
                new Span<float>(stage, n).Fill(*x);
                return stage;
            }

            for (int j = 0; j < n; j++)
            {
                stage[j] = x[(long)j * step];
            }

            return stage;
        }
    }

    internal readonly struct FillRow(float value) : IRow
    {
        public void Run(float* y, float* a, float* b, int n) => new Span<float>(y, n).Fill(value);
    }

    internal readonly struct CopyRow : IRow
    {
        /// <summary>Floats below which the call of a general copy takes as long as the copy.</summary>
        private const int Short = 128;

        public void Run(float* y, float* a, float* b, int n)
        {
            if (n >= Short)
            {
                Unsafe.CopyBlockUnaligned(y, a, (uint)n * sizeof(float));
                return;
            }

            int i = 0;
            for (; i <= n - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                Vector256.Load(a + i).Store(y + i);
            }

            for (; i < n; i++)
            {
                y[i] = a[i];
            }
        }
    }

    internal readonly struct UnaryRow<TLane, TOp>(TOp op) : IRow
        where TLane : unmanaged, IVectorLane<TLane>
        where TOp : unmanaged, IUnary
    {
        [MethodImpl(JitOptions.NoInlineOptimized)]
        public void Run(float* y, float* a, float* b, int n)
        {
            int i = 0;
            for (; i <= n - TLane.Width; i += TLane.Width)
            {
                TLane.Store(op.Invoke(TLane.Load(a + i)), y + i);
            }

            if (i < n)
            {
                Rest(y + i, a + i, n - i);
            }
        }

        /// <summary>What fills no register; apart, so that a formula is compiled once more only where it is needed.</summary>
        [MethodImpl(JitOptions.NoInlineOptimized)]
        private void Rest(float* y, float* a, int n)
        {
            for (int i = 0; i < n; i++)
            {
                y[i] = op.Invoke(ScalarLane.Create(a[i])).Value;
            }
        }
    }

    internal readonly struct BinaryRow<TLane, TOp>(TOp op) : IRow
        where TLane : unmanaged, IVectorLane<TLane>
        where TOp : unmanaged, IBinary
    {
        [MethodImpl(JitOptions.NoInlineOptimized)]
        public void Run(float* y, float* a, float* b, int n)
        {
            int i = 0;
            for (; i <= n - TLane.Width; i += TLane.Width)
            {
                TLane.Store(op.Invoke(TLane.Load(a + i), TLane.Load(b + i)), y + i);
            }

            if (i < n)
            {
                Rest(y + i, a + i, b + i, n - i);
            }
        }

        [MethodImpl(JitOptions.NoInlineOptimized)]
        private void Rest(float* y, float* a, float* b, int n)
        {
            for (int i = 0; i < n; i++)
            {
                y[i] = op.Invoke(ScalarLane.Create(a[i]), ScalarLane.Create(b[i])).Value;
            }
        }
    }
}
