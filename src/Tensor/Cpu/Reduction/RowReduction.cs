using System.Numerics;
using System.Runtime.CompilerServices;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// Rows of contiguous floats to one number each. A row is halved until short (pairwise summation, Higham 1993): the error of a sum grows
/// with the logarithm of its length. What is short is reduced lane by lane to one register, whose elements are joined from the first to the
/// last, then what filled no register. Registers of several rows are transposed, so that their elements are joined side by side.
/// </summary>
internal readonly unsafe struct RowReduction<TLane, TOp>(TOp op)
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IReduction
{
    /// <summary>Short pieces whose results are held at a time.</summary>
    private const int Pieces = 256;

    /// <summary>Elements of the widest register.</summary>
    private const int Widest = 16;

    /// <summary>to[i] = row i reduced, which begins i · stride elements after the first.</summary>
    internal void Run(float* a, nint stride, int rows, int n, float* to)
    {
        int each = (n + Reductions.PairwiseBase - 1) / Reductions.PairwiseBase;
        if (each > Pieces)
        {
            for (int row = 0; row < rows; row++)
            {
                to[row] = Halve(a + (row * stride), n);
            }

            return;
        }

        int most = Pieces / Math.Max(1, each);
        for (int row = 0; row < rows; row += most)
        {
            Several(a + (row * stride), stride, Math.Min(most, rows - row), n, Math.Max(1, each), to + row);
        }
    }

    /// <summary>One row that is too long for the pieces.</summary>
    private float Halve(float* a, int n)
    {
        if (n > Pieces * Reductions.PairwiseBase)
        {
            int half = n / 2 / Reductions.PairwiseBase * Reductions.PairwiseBase;
            return Combine(Halve(a, half), Halve(a + half, n - half));
        }

        float result;
        Run(a, 0, 1, n, &result);
        return result;
    }

    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Several(float* a, nint stride, int rows, int n, int each, float* to)
    {
        int w = TLane.Width, held = 0, done = 0;
        float* pieces = stackalloc float[Pieces], lanes = stackalloc float[Widest * Widest];
        for (int row = 0; row < rows; row++)
        {
            for (int piece = 0; piece < each; piece++)
            {
                int first = piece * Reductions.PairwiseBase;
                TLane.Store(Lanes(a + (row * stride) + first, Math.Min(n - first, Reductions.PairwiseBase)), lanes + (held * w));
                if (++held == w)
                {
                    Join(lanes, w, pieces + done);
                    (done, held) = (done + w, 0);
                }
            }
        }

        if (held > 0)
        {
            Join(lanes, held, pieces + done);
        }

        for (int row = 0; row < rows; row++, pieces += each)
        {
            int last = (each - 1) * Reductions.PairwiseBase;
            pieces[each - 1] = Rest(a + (row * stride) + last, n - last, pieces[each - 1]);
            to[row] = Halve(pieces, n, each);
        }
    }

    /// <summary>Four running registers hide the latency of the addition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Lanes(float* a, int n)
    {
        TLane s0 = TLane.Create(op.Start), s1 = s0, s2 = s0, s3 = s0;
        int i = 0, w = TLane.Width;
        for (; i <= n - (4 * w); i += 4 * w)
        {
            s0 = op.Accumulate(s0, TLane.Load(a + i));
            s1 = op.Accumulate(s1, TLane.Load(a + i + w));
            s2 = op.Accumulate(s2, TLane.Load(a + i + (2 * w)));
            s3 = op.Accumulate(s3, TLane.Load(a + i + (3 * w)));
        }

        for (; i <= n - w; i += w)
        {
            s0 = op.Accumulate(s0, TLane.Load(a + i));
        }

        return op.Combine(op.Combine(s0, s1), op.Combine(s2, s3));
    }

    /// <summary>to[i] = the elements of register i joined, first to last; those of four registers side by side.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Join(float* lanes, int count, float* to)
    {
        int i = 0, w = TLane.Width;
        for (; TransposeKernel.CanInterleave && w >= 4 && i <= count - 4; i += 4, lanes += 4 * w)
        {
            Lane128 sum = Four(lanes, w, out var b, out var c, out var d);
            sum = op.Combine(op.Combine(op.Combine(sum, b), c), d);
            for (int j = 4; j < w; j += 4)
            {
                sum = op.Combine(sum, Four(lanes + j, w, out b, out c, out d));
                sum = op.Combine(op.Combine(op.Combine(sum, b), c), d);
            }

            Lane128.Store(sum, to + i);
        }

        for (; i < count; i++, lanes += w)
        {
            float result = *lanes;
            for (int j = 1; j < w; j++)
            {
                result = Combine(result, lanes[j]);
            }

            to[i] = result;
        }
    }

    /// <summary>Four neighbouring elements of four registers, turned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane128 Four(float* lanes, int w, out Lane128 b, out Lane128 c, out Lane128 d)
    {
        TransposeKernel.Square(lanes, lanes + w, lanes + (2 * w), lanes + (3 * w), out var v0, out var v1, out var v2, out var v3);
        (b, c, d) = (new(v1), new(v2), new(v3));
        return new(v0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Rest(float* a, int n, float result)
    {
        for (int i = n / TLane.Width * TLane.Width; i < n; i++)
        {
            result = op.Accumulate(ScalarLane.Create(result), ScalarLane.Create(a[i])).Value;
        }

        return result;
    }

    /// <summary>The results of a row's pieces, joined as the row was halved.</summary>
    private float Halve(float* pieces, int n, int each)
    {
        for (; n == each * Reductions.PairwiseBase && BitOperations.IsPow2(each) && each > 1; each /= 2, n /= 2)
        {
            for (int i = 0; i < each / 2; i++)
            {
                pieces[i] = Combine(pieces[2 * i], pieces[(2 * i) + 1]);
            }
        }

        if (each == 1)
        {
            return *pieces;
        }

        int half = Math.Max(1, n / 2 / Reductions.PairwiseBase), length = half * Reductions.PairwiseBase;
        return Combine(Halve(pieces, length, half), Halve(pieces + half, n - length, each - half));
    }

    private float Combine(float a, float b) => op.Combine(ScalarLane.Create(a), ScalarLane.Create(b)).Value;
}
