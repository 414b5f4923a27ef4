namespace LisNative.Data;

/// <summary>A pipe whose reader need not wait for bytes that never come: what is asked to stop stops.</summary>
/// <param name="inner">The pipe.</param>
/// <param name="cancellation">Ends the waiting.</param>
internal sealed class InterruptibleStream(Stream inner, CancellationToken cancellation) : ForwardStream(inner)
{
    private readonly byte[] bytes = new byte[1 << 16];

    public override int Read(Span<byte> buffer)
    {
        int most = Math.Min(buffer.Length, bytes.Length);
        int read = Task.Run(() => Inner.Read(bytes, 0, most), cancellation).WaitAsync(cancellation).GetAwaiter().GetResult();
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }
}
