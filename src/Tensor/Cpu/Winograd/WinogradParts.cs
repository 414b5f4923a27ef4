namespace LisNative.Cpu;

/// <summary>
/// How the tiles of some images are shared out among threads: groups of whole images, and, where these are fewer than the threads, strips of
/// their tile rows. It changes no sum.
/// </summary>
internal readonly struct WinogradParts(WinogradShape s, int images, int threads)
{
    private readonly int strips = Strips(s, (images + s.Group - 1) / s.Group, threads);

    internal int Count => (images + s.Group - 1) / s.Group * strips;

    /// <summary>Which images, and which rows of their tiles, a part takes.</summary>
    internal (int FirstImage, int Images, int FirstRow, int LastRow) this[int part]
    {
        get
        {
            int first = part / strips * s.Group, strip = part % strips;
            return (first, Math.Min(s.Group, images - first), s.TileRows * strip / strips, s.TileRows * (strip + 1) / strips);
        }
    }

    private static int Strips(WinogradShape s, int groups, int threads) =>
        groups >= threads ? 1 : Math.Clamp(s.TileRows / 2, 1, (threads + groups - 1) / groups);
}
