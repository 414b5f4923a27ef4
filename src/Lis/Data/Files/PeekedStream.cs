namespace LisNative.Data;

/// <summary>A stream of which the first bytes were looked at, from its beginning.</summary>
/// <param name="head">What was read of it.</param>
/// <param name="rest">What follows.</param>
internal sealed class PeekedStream(byte[] head, Stream rest) : ForwardStream
{
    private long position;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    /// <summary>The first bytes of a stream, and the stream as if they were still in it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="most">Bytes that are looked at, fewer where it ends before.</param>
    /// <param name="last">The byte that is the last to be looked at; null where none is.</param>
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
        int read = known.Length > 0 ? Math.Min(known.Length, buffer.Length) : rest.Read(buffer);
        if (known.Length > 0)
        {
            known[..read].CopyTo(buffer);
        }

        position += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }
}
