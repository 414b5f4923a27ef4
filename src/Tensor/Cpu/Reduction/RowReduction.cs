using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>Rows as a reduction reads them.</summary>
/// <typeparam name="T">The rows themselves.</typeparam>
internal unsafe interface IRows<T> where T : IRows<T>
{
    /// <summary>
    /// So many neighbouring elements of a row, no more than <see cref="Reductions.PairwiseBase"/>, until the next are asked for.
    /// </summary>
    float* Block(int row, int first, int count);

    /// <summary>The rows without their first elements.</summary>
    T From(int first);
}

/// <summary>Rows of contiguous floats, as far from each other as the stride.</summary>
internal readonly unsafe struct ContiguousRows(float* a, nint stride) : IRows<ContiguousRows>
{
    public float* Block(int row, int first, int count) => a + (row * stride) + first;

    public ContiguousRows From(int first) => new(a + first, stride);
}

/// <summary>
/// Rows of floats to one number each. A row is halved until short (pairwise summation, Higham 1993): the error of a sum grows
/// with the logarithm of its length. What is short is reduced lane by lane to one register, whose elements are joined from the first to the
/// last, then what filled no register. Registers of several rows are transposed, so that their elements are joined side by side.
/// </summary>
internal readonly unsafe struct RowReduction<TLane, TOp>(TOp op)
    where TLane : unmanaged, IVectorLane<TLane>
    where TOp : unmanaged, IReduction
{
    /// <summary>Short pieces whose results are held at a time.</summary>
    private const int Pieces = 256;

    /// <summary>Elements of the widest register, and how far ahead memory is asked for.</summary>
    private const int Widest = 16, Ahead = 512;

    /// <summary>to[i] = row i of n elements reduced.</summary>
    internal void Run<TRows>(TRows a, int rows, int n, float* to) where TRows : unmanaged, IRows<TRows>
    {
        int each = Math.Max(1, (n + Reductions.PairwiseBase - 1) / Reductions.PairwiseBase);
        if (each <= Pieces)
        {
            Several(a, rows, n, each, to);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            to[row] = Halve(a, row, n);
        }
    }

    /// <summary>One row that is too long for the pieces.</summary>
    private float Halve<TRows>(TRows a, int row, int n) where TRows : unmanaged, IRows<TRows>
    {
        if (n > Pieces * Reductions.PairwiseBase)
        {
            int half = n / 2 / Reductions.PairwiseBase * Reductions.PairwiseBase;
            return Combine(Halve(a, row, half), Halve(a.From(half), row, n - half));
        }

        float result;
        Several(a, row, 1, n, Math.Max(1, (n + Reductions.PairwiseBase - 1) / Reductions.PairwiseBase), &result);
        return result;
    }

    /// <summary>Rows whose pieces are held at a time.</summary>
    private void Several<TRows>(TRows a, int rows, int n, int each, float* to) where TRows : unmanaged, IRows<TRows>
    {
        int most = Pieces / each;
        for (int row = 0; row < rows; row += most)
        {
            Several(a, row, Math.Min(most, rows - row), n, each, to + row);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Several<TRows>(TRows a, int firstRow, int rows, int n, int each, float* to) where TRows : unmanaged, IRows<TRows>
    {
        int w = TLane.Width, held = 0, done = 0;
        float* pieces = stackalloc float[Pieces], lanes = stackalloc float[Widest * Widest];
        for (int row = 0; row < rows && n >= w; row++)
        {
            for (int piece = 0; piece < each; piece++)
            {
                int first = piece * Reductions.PairwiseBase, length = Math.Min(n - first, Reductions.PairwiseBase);
                TLane.Store(Lanes(a.Block(firstRow + row, first, length), length), lanes + (held * w));
                if (++held == w)
                {
                    Join(lanes, w, pieces + done);
                    (done, held) = (done + w, 0);
                }
            }
        }

        if (n < w)
        {
            new Span<float>(pieces, rows).Fill(op.Start);
        }
        else if (held > 0)
        {
            Join(lanes, held, pieces + done);
        }

        int last = (each - 1) * Reductions.PairwiseBase, rest = (n - last) % w, from = n - rest;
        if (rest > 0)
        {
            Rest(a, firstRow, rows, from, rest, pieces + each - 1, each);
        }

        for (int row = 0; row < rows; row++, pieces += each)
        {
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
            Request(a + i + Ahead);
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

    /// <summary>Asks for the lines of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Request(float* address)
    {
        Prefetch.Request(address);
        if (TLane.Width > 8) { Prefetch.Request(address + (2 * Prefetch.Line)); }
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

    /// <summary>What filled no register, one after another into a result of each row; four rows side by side.</summary>
    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Rest<TRows>(TRows a, int firstRow, int rows, int from, int count, float* to, int step)
        where TRows : unmanaged, IRows<TRows>
    {
        float* results = stackalloc float[4];
        int row = 0;
        for (; typeof(TRows) == typeof(ContiguousRows) && TransposeKernel.CanInterleave && row <= rows - 4; row += 4, to += 4 * step)
        {
            float* p0 = a.Block(firstRow + row, from, count), p1 = a.Block(firstRow + row + 1, from, count),
                p2 = a.Block(firstRow + row + 2, from, count), p3 = a.Block(firstRow + row + 3, from, count);
            Lane128 sum = new(Vector128.Create(to[0], to[step], to[2 * step], to[3 * step]));
            int i = 0;
            for (; i <= count - 4; i += 4)
            {
                TransposeKernel.Square(p0 + i, p1 + i, p2 + i, p3 + i, out var v0, out var v1, out var v2, out var v3);
                sum = op.Accumulate(op.Accumulate(sum, new Lane128(v0)), new Lane128(v1));
                sum = op.Accumulate(op.Accumulate(sum, new Lane128(v2)), new Lane128(v3));
            }

            for (; i < count; i++)
            {
                sum = op.Accumulate(sum, new Lane128(Vector128.Create(p0[i], p1[i], p2[i], p3[i])));
            }

            Lane128.Store(sum, results);
            (to[0], to[step], to[2 * step], to[3 * step]) = (results[0], results[1], results[2], results[3]);
        }

        for (; row < rows; row++, to += step)
        {
            float* p = a.Block(firstRow + row, from, count);
            for (int i = 0; i < count; i++)
            {
                *to = op.Accumulate(ScalarLane.Create(*to), ScalarLane.Create(p[i])).Value;
            }
        }
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
