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

    internal static void Paint(Piece piece, long used)
    {
        new Span<byte>((byte*)piece.Address - Size, Size).Fill(Mark);
        Behind(piece, used).Fill(Mark);
    }

    internal static bool IsIntact(Piece piece, long used) =>
        new ReadOnlySpan<byte>((byte*)piece.Address - Size, Size).IndexOfAnyExcept(Mark) < 0
            && Behind(piece, used).IndexOfAnyExcept(Mark) < 0;

    private static Span<byte> Behind(Piece piece, long used) =>
        new((byte*)piece.Address + used, (int)Math.Min(1 << 20, piece.Bytes - used + Size));
}
