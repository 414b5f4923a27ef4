namespace LisNative.Cpu;

/// <summary>
/// How the tiles of some images are shared out among threads: groups of whole images, and, where these are fewer than the threads, pieces
/// of them: first the halves of the sub-images, for an operation whose result they are (its even rows and its odd rows), then strips of
/// tile rows. It changes no sum.
/// </summary>
internal readonly struct WinogradParts
{
    private readonly WinogradShape s;
    private readonly int images, halves, strips;

    internal WinogradParts(WinogradShape s, int images, int threads, bool canHalve)
    {
        (this.s, this.images) = (s, images);
        int groups = (images + s.Group - 1) / s.Group, pieces = Math.Max(1, (threads + groups - 1) / groups);
        halves = canHalve && pieces > 1 ? 2 : 1;
        strips = Math.Clamp(s.TileRows / 2, 1, (pieces + halves - 1) / halves);
        Count = groups * strips * halves;
    }

    internal int Count { get; }

    /// <summary>What a part takes.</summary>
    internal Part this[int part]
    {
        get
        {
            int half = part % halves, strip = part / halves % strips, first = part / halves / strips * s.Group;
            return new(first, Math.Min(s.Group, images - first), s.TileRows * strip / strips, s.TileRows * (strip + 1) / strips, half,
                halves == 1 ? 2 : half + 1);
        }
    }

    /// <summary>Images, rows of their tiles, and rows b of the sub-images.</summary>
    internal readonly record struct Part(int FirstImage, int Images, int FirstRow, int LastRow, int FirstHalf, int LastHalf);
}
