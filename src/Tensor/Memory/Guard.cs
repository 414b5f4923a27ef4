namespace LisNative.Memory;

/// <summary>
/// Marks around a lent block of host memory, to find writes outside a tensor: before its first byte and from the last byte asked for
/// to the end of the block.
/// </summary>
internal static unsafe class Guard
{
    /// <summary>Bytes before the block, and at least behind it; keeps the alignment.</summary>
    internal const int Size = 64;

    private const byte Mark = 0xC5;

    internal static void Paint(Block block, long used)
    {
        new Span<byte>((byte*)block.Address - Size, Size).Fill(Mark);
        Behind(block, used).Fill(Mark);
    }

    internal static bool IsIntact(Block block, long used) =>
        new ReadOnlySpan<byte>((byte*)block.Address - Size, Size).IndexOfAnyExcept(Mark) < 0
            && Behind(block, used).IndexOfAnyExcept(Mark) < 0;

    private static Span<byte> Behind(Block block, long used) =>
        new((byte*)block.Address + used, (int)Math.Min(1 << 20, block.Bytes - used + Size));
}
