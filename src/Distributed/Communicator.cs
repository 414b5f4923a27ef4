using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace LisNative.Distributed;

/// <summary>
/// Processes («ranks») that train one model together, each on its share of every batch. All hold the same data and make the same calls in
/// the same order, and all come to the same model: that of one process up to the order of summation, and the same bits whenever there are
/// as many of them.
/// </summary>
public abstract class Communicator : IDisposable
{
    internal Communicator()
    {
    }

    /// <summary>This process's number, from 0. Files are written, and people are told, by number 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many there are.</summary>
    public abstract int Size { get; }

    /// <summary>Whether this one asks all to stop after the next step; they stop together.</summary>
    internal bool WantsStop { get; set; }

    /// <summary>Whether, as of the last step, any asked to stop.</summary>
    internal bool Stops { get; set; }

    /// <summary>Begins to add up single-precision numbers, element by element, over all ranks, in place.</summary>
    /// <param name="values">Address of the first; the memory stays where it is, and is left alone until <see cref="Wait"/>.</param>
    /// <param name="count">How many.</param>
    internal abstract void BeginSum(nint values, int count);

    /// <summary>Begins to send numbers to one rank, which receives what it is sent in the order of sending.</summary>
    /// <param name="values">Pinned; left alone until <see cref="Wait"/>.</param>
    /// <param name="to">Whom.</param>
    internal abstract void BeginSend(float[] values, int to);

    /// <summary>Begins to receive as many numbers as one rank sends.</summary>
    /// <param name="values">Pinned; there after <see cref="Wait"/>.</param>
    /// <param name="from">Who.</param>
    internal abstract void BeginReceive(float[] values, int from);

    /// <summary>Gives what was begun the chance to go on.</summary>
    internal abstract void Poll();

    /// <summary>Waits until everything begun is done.</summary>
    internal abstract void Wait();

    /// <summary>Gives one rank's bytes to all.</summary>
    /// <param name="bytes">Theirs are overwritten.</param>
    /// <param name="from">Whose.</param>
    internal abstract void Broadcast(Span<byte> bytes, int from);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves the others.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Gives one rank's bytes, of a length that the others need not know, to all; null is nothing at all.</summary>
    internal byte[]? BroadcastMessage(byte[]? bytes, int from)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes?.Length ?? -1);
        Broadcast(length.AsSpan(), from);
        int count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count < 0)
        {
            return null;
        }

        byte[] all = Rank == from ? bytes! : new byte[count];
        Broadcast(all.AsSpan(), from);
        return all;
    }

    /// <summary>The text of every rank, by its number.</summary>
    internal string[] Gather(string text) =>
        [.. Enumerable.Range(0, Size).Select(
            from => Encoding.UTF8.GetString(BroadcastMessage(Rank == from ? Encoding.UTF8.GetBytes(text) : null, from)!))];

    /// <summary>Some numbers of every rank, by its number.</summary>
    internal double[][] Gather(params double[] numbers) =>
        [.. Enumerable.Range(0, Size).Select(from =>
        {
            double[] its = [.. numbers];
            Broadcast(MemoryMarshal.AsBytes(its.AsSpan()), from);
            return its;
        })];

    /// <summary>Refuses ranks of which one was given something else than the first.</summary>
    /// <param name="what">What all should have been given alike.</param>
    /// <param name="mine">What this one was given.</param>
    /// <exception cref="InputException">One differs; on every rank.</exception>
    internal void RequireSame(string what, string mine)
    {
        string[] all = Gather(mine);
        int odd = Array.FindIndex(all, text => text != all[0]);
        if (odd > 0)
        {
            throw new InputException($"rank {odd}", $"expected {what} as on rank 0, \"{all[0]}\", found \"{all[odd]}\"");
        }
    }

    /// <summary>
    /// One rank's part of so many rows, or of a batch's samples: all parts together are all, and no two differ in size by more than one.
    /// </summary>
    internal (int Start, int Count) Part(int count, int rank)
    {
        int Begin(int r) => (int)((long)count * r / Size);
        return (Begin(rank), Begin(rank + 1) - Begin(rank));
    }

    /// <summary>The rank in whose <see cref="Part"/> of so many rows a row lies.</summary>
    internal int HolderOf(int row, int count) => (int)((((row + 1L) * Size) - 1) / count);

    /// <summary>This rank's share of every batch.</summary>
    /// <exception cref="InputException">A batch has fewer samples than there are ranks.</exception>
    internal BatchSlice SliceOf(int batch)
    {
        var (start, count) = Size <= batch ? Part(batch, Rank)
            : throw new InputException("batch", $"expected at least a sample for each of {Size} ranks, found {batch}");
        return new(start, count, batch);
    }
}
