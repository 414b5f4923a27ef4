namespace LisNative.Data;

/// <summary>What a file unpacks to, read from its start: it counts its bytes, and refuses to give more than a bound.</summary>
internal sealed class BoundedStream(Stream inner, long bound) : ForwardStream(inner)
{
    private long position;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int read = Inner.Read(buffer);
        return (position += read) <= bound ? read : throw new InvalidDataException($"it unpacks to more than {bound} bytes");
    }
}
