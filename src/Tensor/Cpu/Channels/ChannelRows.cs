namespace LisNative.Cpu;

/// <summary>
/// Pixels with their channels innermost, [rows, channels], cut into parts that stay in a core's cache while they are passed twice, and
/// those into runs that stay in its first-level cache.
/// </summary>
internal readonly struct ChannelRows(int rows, int channels)
{
    /// <summary>Floats of a part and of a run, but for more channels.</summary>
    private const int PartFloats = 1 << 13, RunFloats = 1 << 11;

    internal int Rows => rows;

    internal int Channels => channels;

    internal int Each => Math.Max(1, PartFloats / channels);

    internal int Parts => (rows + Each - 1) / Each;

    internal int EachRun => Math.Max(1, RunFloats / channels);

    /// <summary>Rows of a part.</summary>
    internal int Count(int part) => Math.Min(Each, rows - (part * Each));

    /// <summary>Elements before a part.</summary>
    internal nint Offset(int part) => (nint)part * Each * channels;
}
