namespace LisNative.Data;

/// <summary>A stream of which the first bytes were looked at, from its beginning.</summary>
/// <param name="head">What was read of it.</param>
/// <param name="rest">What follows.</param>
internal sealed class PeekedStream(byte[] head, Stream rest) : ForwardStream(rest)
{
    private long position;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    /// <summary>The first bytes of a stream, so many at most or up to a last one, and the stream as if they were still in it.</summary>
    internal static (byte[] Head, PeekedStream Whole) Peek(Stream stream, int most, byte? last = null)
    {
        var head = new List<byte>();
        for (int next; head.Count < most && (head.Count == 0 || head[^1] != last) && (next = stream.ReadByte()) >= 0;)
        {
            head.Add((byte)next);
        }

        return ([.. head], new([.. head], stream));
    }

    public override int Read(Span<byte> buffer)
    {
        var known = head.AsSpan((int)Math.Min(position, head.Length));
        int read = known.Length > 0 ? Math.Min(known.Length, buffer.Length) : Inner.Read(buffer);
        if (known.Length > 0)
        {
            known[..read].CopyTo(buffer);
        }

        position += read;
        return read;
    }
}
