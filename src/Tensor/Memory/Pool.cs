namespace LisNative.Memory;

/// <summary>
/// A device's memory, kept between uses: a training step in steady state takes every block from here and asks the
/// operating system for nothing. Safe for any number of threads.
/// </summary>
/// <remarks>
/// Tensors need not be disposed. The garbage collector does not see how much memory a tensor holds, so the pool asks it for a collection
/// before it grows beyond a limit, and lends again what nobody refers to. A program that disposes its tensors, by a <see cref="Scope"/> for
/// example, meets the limit only while it grows. A collection that regains little shows that the program holds that much: the limit then
/// rises by a quarter.
/// </remarks>
public sealed class Pool
{
    /// <summary>Bytes by which the pool grows at least between two collections.</summary>
    private const long Slack = 32 << 20;

    private readonly bool traces = Environment.GetEnvironmentVariable("LISNATIVE_TRACE_LEAKS") == "1";

    private readonly Func<long, nint> take;
    private readonly Action<nint> giveBack;
    private readonly bool guarded;
    private readonly Pool spare;
    private readonly Lock gate;
    private readonly Piece?[] waiting = new Piece?[SizeClass.Count];

    /// <summary>Everything that was taken and not given back, that of the device's recordings too.</summary>
    private readonly HashSet<Piece> pieces;

    private bool keeps;
    private long limit = Slack;
    private int collections;
    private bool hasPaid = true;

    /// <param name="take">Gives memory of so many bytes.</param>
    /// <param name="giveBack">Takes it back.</param>
    /// <param name="guarded">Whether writes outside of what was lent are counted.</param>
    /// <param name="keeps">Whether blocks that come back wait here for the next who wants as much.</param>
    /// <param name="spare">The pool whose waiting blocks go when there is no more memory, and which takes in what was forgotten; this one
    /// unless said otherwise.</param>
    internal Pool(Func<long, nint> take, Action<nint> giveBack, bool guarded = false, bool keeps = true, Pool? spare = null)
    {
        (this.take, this.giveBack, this.guarded, this.keeps, this.spare) = (take, giveBack, guarded, keeps, spare ?? this);
        (gate, pieces) = spare is null ? (new(), []) : (spare.gate, spare.pieces);
    }

    /// <summary>
    /// Blocks that tensors hold at this moment, those included that were forgotten and not yet found. Zero once everything has been
    /// disposed.
    /// </summary>
    public int Lent { get; private set; }

    /// <summary>Blocks that were ever taken from the operating system or the driver; constant in steady state.</summary>
    public int Allocations { get; private set; }

    /// <summary>Bytes held, lent or waiting.</summary>
    public long Bytes { get; private set; }

    /// <summary>Blocks that came back with bytes written outside of what was lent; counted only by a guarded device.</summary>
    public int Overruns { get; private set; }

    /// <summary>Collections that it asked for.</summary>
    internal int Collections { get; private set; }

    /// <summary>What the pool may grow by before the next collection.</summary>
    private long Room => Math.Max(Slack, Bytes / 4);

    /// <summary>Where each lent block was rented; filled only when LISNATIVE_TRACE_LEAKS=1.</summary>
    public IReadOnlyList<string> Leaks()
    {
        lock (gate)
        {
            return [.. pieces.Where(p => p.Pool == this && p.IsLent && p.Origin is not null).Select(p => p.Origin!)];
        }
    }

    /// <summary>Gives every waiting block back to the operating system or the driver.</summary>
    public void Trim()
    {
        lock (gate)
        {
            TakeInForgotten();
            FreeWaiting();
        }
    }

    /// <summary>Memory for so many bytes; if there is none, what nobody needs is given back and it is tried once more.</summary>
    internal Block Rent(long bytes)
    {
        try
        {
            return RentIfAny(bytes);
        }
        catch (Exception e) when (e is DeviceException or OutOfMemoryException)
        {
            spare.Reclaim();
            return RentIfAny(bytes);
        }
    }

    /// <summary>
    /// Gives back what waits here and what tensors hold that nobody has any more; without the lock while finalisers run, which may want it.
    /// </summary>
    internal void Reclaim()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Trim();
    }

    internal void Return(Block block)
    {
        lock (gate)
        {
            TakeBack(block.Piece);
        }
    }

    internal void Close()
    {
        lock (gate)
        {
            keeps = false;
        }

        Trim();
    }

    private Block RentIfAny(long bytes)
    {
        long size = SizeClass.Round(bytes);
        lock (gate)
        {
            var piece = Waiting(size) ?? Regained(size) ?? Allocate(size);
            Lent++;
            if (guarded)
            {
                Guard.Paint(piece, bytes);
            }

            if (traces)
            {
                piece.Origin = Environment.StackTrace;
            }

            return piece.Lend(bytes);
        }
    }

    /// <summary>What came back last of a size.</summary>
    private Piece? Waiting(long size)
    {
        ref var first = ref waiting[SizeClass.Index(size)];
        var piece = first;
        first = piece?.Next;
        return piece;
    }

    /// <summary>What was forgotten of a size; at the limit after a collection, which finds more.</summary>
    private Piece? Regained(long size)
    {
        spare.TakeInForgotten();
        if (Waiting(size) is { } found)
        {
            return found;
        }

        // A recording keeps what it makes.
        if (spare == this && Bytes + size > limit)
        {
            Collect(size);
        }

        return Waiting(size);
    }

    /// <summary>
    /// Collects all objects if the program's own are few beside what is lent; else young ones, among which most forgotten ones are. What
    /// is still in use grows older with each collection, so that collecting the young regains less and less: then the next is of all. The
    /// limit rises only where one of all regains little.
    /// </summary>
    private void Collect(long size)
    {
        bool young = hasPaid && GC.GetTotalMemory(forceFullCollection: false) > Bytes / 4;
        Collections++;
        GC.Collect(young ? 1 : GC.MaxGeneration);
        hasPaid = TakeInForgotten() >= Room / (young ? 2 : 4);
        if (!hasPaid && !young)
        {
            limit = Bytes + size + Room;
        }
    }

    /// <summary>Takes back what is lent to nobody; how many bytes. Only a collection shows more.</summary>
    private long TakeInForgotten()
    {
        int now = GC.CollectionCount(0);
        if (now == collections)
        {
            return 0;
        }

        collections = now;
        Piece[] forgotten = [.. pieces.Where(p => p.IsForgotten)];
        Array.ForEach(forgotten, p => p.Pool.TakeBack(p));
        return forgotten.Sum(p => p.Bytes);
    }

    private void TakeBack(Piece piece)
    {
        piece.TakeBack();
        Lent--;
        if (guarded && !Guard.IsIntact(piece, piece.Used))
        {
            Overruns++;
        }

        if (!keeps)
        {
            Free(piece);
            return;
        }

        ref var first = ref waiting[SizeClass.Index(piece.Bytes)];
        (piece.Next, first) = (first, piece);
    }

    private Piece Allocate(long size)
    {
        nint address = guarded ? take(size + (2 * Guard.Size)) + Guard.Size : take(size);
        Allocations++;
        Bytes += size;
        var piece = new Piece(this, address, size);
        pieces.Add(piece);
        return piece;
    }

    private void FreeWaiting()
    {
        for (int i = 0; i < waiting.Length; i++)
        {
            for (var piece = waiting[i]; piece is not null; piece = piece.Next)
            {
                Free(piece);
            }

            waiting[i] = null;
        }

        limit = Bytes + Room;
    }

    private void Free(Piece piece)
    {
        Bytes -= piece.Bytes;
        giveBack(guarded ? piece.Address - Guard.Size : piece.Address);
        pieces.Remove(piece);
    }
}
