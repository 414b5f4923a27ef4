using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// What the kernel adds: sum[r, s, c] += Σ_p Σ_q x[p, q, r, s, c] · y[p, q, c] for r &lt; Rows, s &lt; Columns, c &lt; Channels, over
/// p &lt; Lines and q &lt; Pixels. Channels are neighbours in memory; the other axes have strides.
/// </summary>
internal unsafe struct DepthwiseSums
{
    internal float* X;
    internal nint XLine, XPixel, XRow, XColumn;
    internal float* Y;
    internal nint YLine, YPixel;
    internal float* Sum;
    internal nint SumRow, SumColumn;
    internal int Lines, Pixels, Rows, Columns, Channels;

    /// <summary>Some of the taps.</summary>
    internal readonly DepthwiseSums Part(int row, int rows, int column, int columns) => this with
    {
        X = X + (row * XRow) + (column * XColumn),
        Sum = Sum + (row * SumRow) + (column * SumColumn),
        Rows = rows,
        Columns = columns,
    };

    /// <summary>The channels from one on.</summary>
    internal readonly DepthwiseSums From(int channel) =>
        this with { X = X + channel, Y = Y + channel, Sum = Sum + channel, Channels = Channels - channel };
}

/// <summary>
/// Up to three by four taps in registers, each a vector of channels, so that a pixel of y is loaded once for all of them. The channels that
/// fill no register go through narrower ones, which compute the same bits.
/// </summary>
internal static unsafe class DepthwiseWeightKernel<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    private const int MaxRows = 3, MaxColumns = 4;

    internal static void Add(in DepthwiseSums sums)
    {
        int whole = sums.Channels / TLane.Width * TLane.Width;
        for (int row = 0; row < sums.Rows && whole > 0; row += MaxRows)
        {
            for (int column = 0; column < sums.Columns; column += MaxColumns)
            {
                var part = sums.Part(row, Math.Min(MaxRows, sums.Rows - row), column, Math.Min(MaxColumns, sums.Columns - column));
                switch (part.Rows)
                {
                    case 1: AddRows<Size1>(part); break;
                    case 2: AddRows<Size2>(part); break;
                    default: AddRows<Size3>(part); break;
                }
            }
        }

        if (whole < sums.Channels)
        {
            AddNarrower(sums.From(whole));
        }
    }

    private static void AddNarrower(in DepthwiseSums sums)
    {
        if (TLane.Width > Lane256.Width)
        {
            DepthwiseWeightKernel<Lane256>.Add(sums);
        }
        else if (TLane.Width > Lane128.Width)
        {
            DepthwiseWeightKernel<Lane128>.Add(sums);
        }
        else
        {
            DepthwiseWeightKernel<ScalarLane>.Add(sums);
        }
    }

    private static void AddRows<TRows>(in DepthwiseSums part) where TRows : unmanaged
    {
        switch (part.Columns)
        {
            case 1: Add<TRows, Size1>(part); break;
            case 2: Add<TRows, Size2>(part); break;
            case 3: Add<TRows, Size3>(part); break;
            default: Add<TRows, Size4>(part); break;
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private static void Add<TRows, TColumns>(in DepthwiseSums t) where TRows : unmanaged where TColumns : unmanaged
    {
        nint step = t.XColumn, step2 = 2 * step, step3 = 3 * step, column = t.SumColumn;
        TLane a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default,
            c0 = default, c1 = default, c2 = default, c3 = default;
        for (nint c = 0; c <= t.Channels - TLane.Width; c += TLane.Width)
        {
            float* a = t.Sum + c, b = a + t.SumRow, d = b + t.SumRow;
            a0 = TLane.Load(a);
            if (sizeof(TColumns) > 1) { a1 = TLane.Load(a + (1 * column)); }
            if (sizeof(TColumns) > 2) { a2 = TLane.Load(a + (2 * column)); }
            if (sizeof(TColumns) > 3) { a3 = TLane.Load(a + (3 * column)); }
            if (sizeof(TRows) > 1) { b0 = TLane.Load(b); }
            if (sizeof(TRows) > 1 && sizeof(TColumns) > 1) { b1 = TLane.Load(b + (1 * column)); }
            if (sizeof(TRows) > 1 && sizeof(TColumns) > 2) { b2 = TLane.Load(b + (2 * column)); }
            if (sizeof(TRows) > 1 && sizeof(TColumns) > 3) { b3 = TLane.Load(b + (3 * column)); }
            if (sizeof(TRows) > 2) { c0 = TLane.Load(d); }
            if (sizeof(TRows) > 2 && sizeof(TColumns) > 1) { c1 = TLane.Load(d + (1 * column)); }
            if (sizeof(TRows) > 2 && sizeof(TColumns) > 2) { c2 = TLane.Load(d + (2 * column)); }
            if (sizeof(TRows) > 2 && sizeof(TColumns) > 3) { c3 = TLane.Load(d + (3 * column)); }
            for (int line = 0; line < t.Lines; line++)
            {
                float* p = t.X + (line * t.XLine) + c, q = p + t.XRow, r = q + t.XRow, y = t.Y + (line * t.YLine) + c;
                for (int i = t.Pixels; i > 0; i--)
                {
                    var z = TLane.Load(y);
                    TLane.AddProduct(ref a0, z, TLane.Load(p));
                    if (sizeof(TColumns) > 1) { TLane.AddProduct(ref a1, z, TLane.Load(p + step)); }
                    if (sizeof(TColumns) > 2) { TLane.AddProduct(ref a2, z, TLane.Load(p + step2)); }
                    if (sizeof(TColumns) > 3) { TLane.AddProduct(ref a3, z, TLane.Load(p + step3)); }
                    if (sizeof(TRows) > 1) { TLane.AddProduct(ref b0, z, TLane.Load(q)); }
                    if (sizeof(TRows) > 1 && sizeof(TColumns) > 1) { TLane.AddProduct(ref b1, z, TLane.Load(q + step)); }
                    if (sizeof(TRows) > 1 && sizeof(TColumns) > 2) { TLane.AddProduct(ref b2, z, TLane.Load(q + step2)); }
                    if (sizeof(TRows) > 1 && sizeof(TColumns) > 3) { TLane.AddProduct(ref b3, z, TLane.Load(q + step3)); }
                    if (sizeof(TRows) > 2) { TLane.AddProduct(ref c0, z, TLane.Load(r)); }
                    if (sizeof(TRows) > 2 && sizeof(TColumns) > 1) { TLane.AddProduct(ref c1, z, TLane.Load(r + step)); }
                    if (sizeof(TRows) > 2 && sizeof(TColumns) > 2) { TLane.AddProduct(ref c2, z, TLane.Load(r + step2)); }
                    if (sizeof(TRows) > 2 && sizeof(TColumns) > 3) { TLane.AddProduct(ref c3, z, TLane.Load(r + step3)); }
                    p += t.XPixel;
                    if (sizeof(TRows) > 1) { q += t.XPixel; }
                    if (sizeof(TRows) > 2) { r += t.XPixel; }
                    y += t.YPixel;
                }
            }

            TLane.Store(a0, a);
            if (sizeof(TColumns) > 1) { TLane.Store(a1, a + (1 * column)); }
            if (sizeof(TColumns) > 2) { TLane.Store(a2, a + (2 * column)); }
            if (sizeof(TColumns) > 3) { TLane.Store(a3, a + (3 * column)); }
            if (sizeof(TRows) > 1) { TLane.Store(b0, b); }
            if (sizeof(TRows) > 1 && sizeof(TColumns) > 1) { TLane.Store(b1, b + (1 * column)); }
            if (sizeof(TRows) > 1 && sizeof(TColumns) > 2) { TLane.Store(b2, b + (2 * column)); }
            if (sizeof(TRows) > 1 && sizeof(TColumns) > 3) { TLane.Store(b3, b + (3 * column)); }
            if (sizeof(TRows) > 2) { TLane.Store(c0, d); }
            if (sizeof(TRows) > 2 && sizeof(TColumns) > 1) { TLane.Store(c1, d + (1 * column)); }
            if (sizeof(TRows) > 2 && sizeof(TColumns) > 2) { TLane.Store(c2, d + (2 * column)); }
            if (sizeof(TRows) > 2 && sizeof(TColumns) > 3) { TLane.Store(c3, d + (3 * column)); }
        }
    }
}
