using System.Runtime.CompilerServices;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>x = Vᵀ(Z(y) · U(w)ᵀ), some images, or a piece of one, a part, one sub-image of x after another.</summary>
internal readonly unsafe struct WinogradTransposed<TLane>(
    Image y, int images, WinogradShape s, int threads, float* weights, float* bias, EpilogueTail finish, float* x) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private readonly WinogradParts parts = new(s, images, threads, canHalve: true);

    internal int Parts => parts.Count;

    public void Execute(int part)
    {
        var p = parts[part];

        // The first line of x under a tile takes from the tile above as well.
        int above = Math.Max(0, p.FirstRow - 1), each = (p.LastRow - above) * s.TileColumns, tiles = p.Images * each;
        long padded = WinogradOutput<TLane>.PaddedSize(s);
        nint zPoint = WinogradShape.Point(tiles, s.K), mPoint = WinogradShape.Point(tiles, s.C), line = (nint)s.TileColumns * s.C;
        float* zeros = Scratch.Rent(s.C + padded + (WinogradShape.Points * (zPoint + mPoint)) + (3 * line));
        new Span<float>(zeros, s.C).Clear();
        float* image = zeros + s.C, z = image + padded, m = z + (WinogradShape.Points * zPoint),
            lines = m + (WinogradShape.Points * mPoint);
        for (int n = 0; n < p.Images; n++)
        {
            WinogradOutput<TLane>.Transform(y, p.FirstImage + n, image, s, above, p.LastRow, z + ((nint)n * each * s.K), zPoint);
        }

        var next = each == s.Tiles ? y.Ahead(p.FirstImage + p.Images, p.Images, x, (nint)s.Height * s.Width * s.C) : default;
        for (int sub = 2 * p.FirstHalf; sub < 2 * p.LastHalf; sub++)
        {
            for (int i = 0; i < WinogradShape.Points; i++)
            {
                float* u = weights + ((((nint)i * s.SubChannels) + (sub * s.C)) * s.K);
                WinogradTransforms<TLane>.Multiply(z + (i * zPoint), tiles, s.K, u, s.C, zeros, m + (i * mPoint), &next);
            }

            for (int n = 0; n < p.Images; n++)
            {
                SubImage(m + (((nint)n * each) - (above * s.TileColumns)) * s.C, mPoint, p, sub / 2, sub % 2, lines, p.FirstImage + n);
            }
        }
    }

    /// <summary>
    /// x[2i + b − padding] of every row i and column that lie inside x: Vᵀ over rows into three lines, then over columns. The second
    /// sub-image of a row ends it.
    /// </summary>
    private void SubImage(float* m, nint point, WinogradParts.Part p, int bRow, int bColumn, float* lines, int image)
    {
        nint tile = s.C, tileRow = (nint)s.TileColumns * s.C, step = (nint)2 * s.C;
        int end = p.LastRow == s.TileRows ? int.MaxValue : 2 * p.LastRow;
        for (int i = Math.Max(2 * p.FirstRow, (s.Top - bRow + 1) / 2); i < end && (2 * i) + bRow - s.Top < s.Height; i++)
        {
            for (int v = 0; v < 3; v++)
            {
                Line(m + (v * point), 3 * point, tileRow, i, lines + (v * tileRow));
            }

            nint row = ((((nint)image * s.Height) + (2 * i) + bRow - s.Top) * s.Width) * s.C;
            int j = (s.Left - bColumn + 1) / 2;
            float* pixel = x + row + ((nint)((2 * j) + bColumn - s.Left) * s.C);
            for (; (2 * j) + bColumn - s.Left < s.Width; j++, pixel += step)
            {
                Pixel(lines, tileRow, tile, j, pixel);
            }

            if (bColumn == 1)
            {
                finish.Apply(x, row, s.Width * s.C);
            }
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Line(float* m, nint point, nint tileRow, int i, float* line)
    {
        for (int e = 0; e < tileRow; e += TLane.Width)
        {
            TLane.Store(WinogradTransforms<TLane>.VTransposed(m + e, point, tileRow, i, s.TileRows, default), line + e);
        }
    }

    [MethodImpl(JitOptions.NoInlineOptimized)]
    private void Pixel(float* lines, nint point, nint tile, int j, float* to)
    {
        for (int c = 0; c < s.C; c += TLane.Width)
        {
            TLane.Store(WinogradTransforms<TLane>.VTransposed(lines + c, point, tile, j, s.TileColumns, TLane.Load(bias + c)), to + c);
        }
    }
}

/// <summary>Z of some rows of tiles of one image.</summary>
internal static unsafe class WinogradOutput<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    /// <summary>Floats of y with its sizes made even.</summary>
    internal static long PaddedSize(WinogradShape s) => 4L * s.Tiles * s.K;

    internal static void Transform(Image y, int n, float* memory, WinogradShape s, int firstRow, int lastRow, float* z, nint point)
    {
        var border = new Border(0, 0, s.P & 1, s.Q & 1);
        float* image = border == default ? y.ChannelsLast(n) : null;
        if (image == null)
        {
            y.CopyTo(n, image = memory, border, s.K);
        }

        nint row = (nint)2 * s.TileColumns * s.K;
        for (int i = firstRow; i < lastRow; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, z += s.K)
            {
                WinogradTransforms<TLane>.Z(image + (2 * i * row) + ((nint)2 * j * s.K), row, s.K, s.K, z, point);
            }
        }
    }
}
