using System.IO.Compression;

namespace LisNative.Data;

/// <summary>
/// What a gzip file holds, all of it. .NET takes a file that is cut off for a shorter one: so a member of our own is unpacked behind the
/// file's, and only if it comes out last is the file whole.
/// </summary>
/// <param name="file">The packed file.</param>
/// <param name="leaveOpen">Whether it stays open.</param>
internal sealed class WholeGzip(Stream file, bool leaveOpen)
    : ForwardStream(new GZipStream(new SealedFile(file, leaveOpen), CompressionMode.Decompress))
{
    private static readonly byte[] Seal = "whole and sealed"u8.ToArray(), Packed = Pack();

    /// <summary>What the seal could be taken for behind a file that is cut off: deflate makes 1032 bytes of one at its utmost.</summary>
    private static readonly int Unsure = 1032 * Packed.Length;

    private readonly byte[] held = new byte[1 << 17];
    private int start, end;
    private bool ended;

    public override int Read(Span<byte> buffer)
    {
        while (!ended && end - start <= Unsure)
        {
            held.AsSpan(start..end).CopyTo(held);
            (start, end) = (0, end - start);
            int read = Unpack(held.AsSpan(end));
            end += read;
            ended = read == 0;
        }

        if (ended && !held.AsSpan(start..end).EndsWith(Seal))
        {
            throw new InvalidDataException(
                "expected the end of a gzip file and nothing behind it, found otherwise: the file is cut off or damaged");
        }

        int count = Math.Min(buffer.Length, end - start - (ended ? Seal.Length : Unsure));
        held.AsSpan(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    private int Unpack(Span<byte> target)
    {
        try
        {
            return Inner.Read(target);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException("expected a gzip file that has its checksum, found another: the file is cut off or damaged", e);
        }
    }

    private static byte[] Pack()
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Seal);
        }

        return memory.ToArray();
    }

    private sealed class SealedFile(Stream file, bool leaveOpen) : ForwardStream(file)
    {
        private readonly MemoryStream seal = new(Packed);

        public override int Read(Span<byte> buffer) => Inner.Read(buffer) is > 0 and var read ? read : seal.Read(buffer);

        protected override void Dispose(bool disposing)
        {
            if (!leaveOpen)
            {
                base.Dispose(disposing);
            }
        }
    }
}
