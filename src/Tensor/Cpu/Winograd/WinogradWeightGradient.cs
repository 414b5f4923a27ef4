using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// w = Uᵀ(Σ V(x) · Z(y)) over all tiles of a group of images; the transform is linear, so it is applied once, to the sum. Partial sums in
/// the order of <see cref="WeightGradient{TLane}"/>: [group, r, s, C, K].
/// </summary>
internal readonly unsafe struct WinogradWeightGradient<TLane>(
    Image x, Image y, int images, int groups, WinogradShape s, float* zeros, float* partial) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int group)
    {
        int most = s.Group, tiles = most * s.Tiles;
        long bordered = Math.Max((long)s.BorderedHeight * s.BorderedWidth * s.C, WinogradOutput<TLane>.PaddedSize(s));
        nint vPoint = WinogradShape.Point(tiles, s.SubChannels), zPoint = WinogradShape.Point(tiles, s.K),
            sumPoint = WinogradShape.Point(s.SubChannels, s.K);
        float* image = Scratch.Rent(bordered + (WinogradShape.Points * (vPoint + zPoint + sumPoint)));
        float* v = image + bordered, z = v + (WinogradShape.Points * vPoint), sum = z + (WinogradShape.Points * zPoint);
        int end = images * (group + 1) / groups;
        bool starts = true;
        for (int n0 = images * group / groups; n0 < end; n0 += most, starts = false)
        {
            int count = Math.Min(most, end - n0);
            for (int n = 0; n < count; n++)
            {
                x.CopyTo(n0 + n, image, s.Border, s.C);
                WinogradInput<TLane>.Transform(image, s, 0, s.TileRows, v + ((nint)n * s.Tiles * s.SubChannels), vPoint);
                WinogradOutput<TLane>.Transform(y, n0 + n, image, s, 0, s.TileRows, z + ((nint)n * s.Tiles * s.K), zPoint);
            }

            var next = x.Ahead(n0 + count, count).Then(y.Ahead(n0 + count, count));
            for (int i = 0; i < WinogradShape.Points; i++)
            {
                Add(v + (i * vPoint), z + (i * zPoint), count * s.Tiles, sum + (i * sumPoint), starts, &next);
            }
        }

        Taps(sum, sumPoint, partial + (16 * (nint)group * s.C * s.K));
    }

    /// <summary>sum[4C, K] (+)= v[tiles, 4C]ᵀ · z[tiles, K].</summary>
    private void Add(float* v, float* z, int tiles, float* sum, bool starts, Prefetch* next)
    {
        var tile = new Tile
        {
            A = v,
            ARow = 1,
            AStep = s.SubChannels,
            B = z,
            BStep = s.K,
            Length = tiles,
            Segments = 1,
            C = sum,
            CRow = s.K,
            Next = next
        };
        tile.Init = starts ? zeros : sum;
        tile.InitRow = starts ? 0 : s.K;
        MicroKernel<TLane>.Cover(tile, s.SubChannels, s.K, MicroKernel<TLane>.Columns);
    }

    /// <summary>Tap (2a + b) of sub-image b from the points of its channels.</summary>
    private void Taps(float* sum, nint point, float* to)
    {
        nint size = (nint)s.C * s.K;
        for (int sub = 0; sub < WinogradShape.Subs; sub++)
        {
            for (int c = 0; c < s.C; c++)
            {
                float* from = sum + ((((nint)sub * s.C) + c) * s.K), tap = to + (((sub / 2 * 4) + (sub % 2)) * size) + ((nint)c * s.K);
                WinogradTransforms<TLane>.Transposed(from, point, zeros, tap, 8 * size, 2 * size, 2, 2, s.K);
            }
        }
    }
}
