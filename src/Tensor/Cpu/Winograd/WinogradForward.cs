using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = Zᵀ(V(x) · U(w)), some images, or a strip of one's tile rows, a part.</summary>
internal readonly unsafe struct WinogradForward<TLane>(
    Image x, int images, WinogradShape s, int threads, float* weights, float* bias, EpilogueTail finish, float* y) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private readonly WinogradParts parts = new(s, images, threads, canHalve: false);

    internal int Parts => parts.Count;

    public void Execute(int part)
    {
        var (first, count, firstRow, lastRow, _, _) = parts[part];
        int each = (lastRow - firstRow) * s.TileColumns, tiles = count * each;
        long bordered = (long)s.BorderedHeight * s.BorderedWidth * s.C;
        nint vPoint = WinogradShape.Point(tiles, s.SubChannels), mPoint = WinogradShape.Point(tiles, s.K);
        float* zeros = Scratch.Rent(s.K + bordered + (WinogradShape.Points * (vPoint + mPoint)));
        new Span<float>(zeros, s.K).Clear();
        float* image = zeros + s.K, v = image + bordered, m = v + (WinogradShape.Points * vPoint);
        for (int n = 0; n < count; n++)
        {
            x.CopyTo(first + n, image, s.Border, s.C, 4 * firstRow, (4 * lastRow) + 2);
            WinogradInput<TLane>.Transform(image, s, firstRow, lastRow, v + ((nint)n * each * s.SubChannels), vPoint);
        }

        var next = each == s.Tiles ? x.Ahead(first + count, count, y, (nint)s.P * s.Q * s.K) : default;
        for (int i = 0; i < WinogradShape.Points; i++)
        {
            WinogradTransforms<TLane>.Multiply(
                v + (i * vPoint), tiles, s.SubChannels, weights + ((nint)i * s.SubChannels * s.K), s.K, zeros, m + (i * mPoint), &next);
        }

        for (int n = 0; n < count; n++)
        {
            int row = s.Q * s.K, rows = Math.Min(s.P, 2 * lastRow) - (2 * firstRow);
            nint to = (((nint)(first + n) * s.P) + (2 * firstRow)) * row;
            Outputs(m + ((nint)n * each * s.K), mPoint, rows, y + to);
            finish.Apply(y, to, rows * row);
        }
    }

    private void Outputs(float* m, nint point, int rows, float* to)
    {
        for (int i = 0; 2 * i < rows; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, m += s.K)
            {
                float* pixel = to + ((((nint)2 * i * s.Q) + (2 * j)) * s.K);
                WinogradTransforms<TLane>.Transposed(m, point, bias, pixel, (nint)s.Q * s.K, s.K, rows - (2 * i), s.Q - (2 * j), s.K);
            }
        }
    }
}

/// <summary>V of some rows of tiles of one image.</summary>
internal static unsafe class WinogradInput<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    /// <param name="image">x with its border, channels last.</param>
    /// <param name="s">Sizes.</param>
    /// <param name="firstRow">First row of tiles.</param>
    /// <param name="lastRow">One past the last.</param>
    /// <param name="v">[9][tiles][4C]; the first tile of this image.</param>
    /// <param name="point">From one of the nine points to the next.</param>
    internal static void Transform(float* image, WinogradShape s, int firstRow, int lastRow, float* v, nint point)
    {
        nint column = (nint)2 * s.C, row = (nint)2 * s.BorderedWidth * s.C;
        for (int i = firstRow; i < lastRow; i++)
        {
            for (int j = 0; j < s.TileColumns; j++)
            {
                float* corner = image + (2 * i * row) + (2 * j * column);
                for (int sub = 0; sub < WinogradShape.Subs; sub++, v += s.C)
                {
                    WinogradTransforms<TLane>.V(corner + (sub / 2 * (row / 2)) + (sub % 2 * s.C), row, column, s.C, v, point);
                }
            }
        }
    }
}
