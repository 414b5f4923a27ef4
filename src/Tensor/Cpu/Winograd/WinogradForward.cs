using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = Zᵀ(V(x) · U(w)), some images a part.</summary>
internal readonly unsafe struct WinogradForward<TLane>(Image x, int images, WinogradShape s, float* weights, float* bias, Activation activation, float* y) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    private const int WantedTiles = 64;

    internal int Parts => (images + s.Group(WantedTiles) - 1) / s.Group(WantedTiles);

    public void Run(int part)
    {
        int first = part * s.Group(WantedTiles), count = Math.Min(s.Group(WantedTiles), images - first), tiles = count * s.Tiles;
        long bordered = (long)s.BorderedHeight * s.BorderedWidth * s.C;
        nint vPoint = (nint)tiles * s.SubChannels, mPoint = (nint)tiles * s.K;
        float* zeros = Scratch.Rent(MicroKernel<TLane>.Columns + bordered + (WinogradShape.Points * (vPoint + mPoint)));
        new Span<float>(zeros, MicroKernel<TLane>.Columns).Clear();
        float* image = zeros + MicroKernel<TLane>.Columns, v = image + bordered, m = v + (WinogradShape.Points * vPoint);
        for (int n = 0; n < count; n++)
        {
            x.CopyTo(first + n, image, s.Border, s.C);
            WinogradInput<TLane>.Transform(image, s, v + ((nint)n * s.Tiles * s.SubChannels), vPoint);
        }

        for (int i = 0; i < WinogradShape.Points; i++)
        {
            WinogradTransforms<TLane>.Multiply(v + (i * vPoint), tiles, s.SubChannels, weights + ((nint)i * s.SubChannels * s.K), s.K, zeros, m + (i * mPoint));
        }

        for (int n = 0; n < count; n++)
        {
            float* image0 = y + ((nint)(first + n) * s.P * s.Q * s.K);
            Outputs(m + ((nint)n * s.Tiles * s.K), mPoint, image0);
            Elementwise.Activate<TLane>(activation, image0, s.P * s.Q * s.K);
        }
    }

    private void Outputs(float* m, nint point, float* to)
    {
        for (int i = 0; i < s.TileRows; i++)
        {
            for (int j = 0; j < s.TileColumns; j++, m += s.K)
            {
                float* pixel = to + ((((nint)2 * i * s.Q) + (2 * j)) * s.K);
                WinogradTransforms<TLane>.Transposed(m, point, bias, pixel, (nint)s.Q * s.K, s.K, s.P - (2 * i), s.Q - (2 * j), s.K);
            }
        }
    }
}

/// <summary>V of all tiles of one image.</summary>
internal static unsafe class WinogradInput<TLane> where TLane : unmanaged, IVectorLane<TLane>
{
    /// <param name="image">x with its border, channels last.</param>
    /// <param name="s">Sizes.</param>
    /// <param name="v">[9][tiles][4C]; the first tile of this image.</param>
    /// <param name="point">From one of the nine points to the next.</param>
    internal static void Transform(float* image, WinogradShape s, float* v, nint point)
    {
        nint column = (nint)2 * s.C, row = (nint)2 * s.BorderedWidth * s.C;
        for (int i = 0; i < s.TileRows; i++)
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
