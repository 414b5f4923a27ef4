using System.Collections.Concurrent;

namespace LisNative.Memory;

/// <summary>
/// A device's memory, kept between uses: a training step in steady state takes every block from here and asks the
/// operating system for nothing. Safe for any number of threads.
/// </summary>
public sealed class Pool
{
    private readonly bool traces = Environment.GetEnvironmentVariable("LISNATIVE_TRACE_LEAKS") == "1";

    private readonly Func<long, nint> take;
    private readonly Action<nint> giveBack;
    private readonly bool guarded;
    private readonly Pool spare;
    private readonly Lock gate = new();
    private readonly Dictionary<long, Stack<Block>> free = [];
    private readonly HashSet<Block> traced = [];
    private readonly ConcurrentQueue<Block> forgotten = new();
    private bool keeps;

    internal Pool(IBackend backend, bool guarded) : this(backend.Allocate, backend.Free, guarded)
    {
    }

    /// <param name="take">Gives memory of so many bytes.</param>
    /// <param name="giveBack">Takes it back.</param>
    /// <param name="guarded">Whether writes outside of what was lent are counted.</param>
    /// <param name="keeps">Whether blocks that come back wait here for the next who wants as much.</param>
    /// <param name="spare">The pool whose waiting blocks go when there is no more memory, and which takes in what was forgotten; this one
    /// unless said otherwise.</param>
    internal Pool(Func<long, nint> take, Action<nint> giveBack, bool guarded = false, bool keeps = true, Pool? spare = null) =>
        (this.take, this.giveBack, this.guarded, this.keeps, this.spare) = (take, giveBack, guarded, keeps, spare ?? this);

    /// <summary>Blocks that tensors hold at this moment. Zero once everything has been disposed.</summary>
    public int Lent { get; private set; }

    /// <summary>Blocks that were ever taken from the operating system or the driver; constant in steady state.</summary>
    public int Allocations { get; private set; }

    /// <summary>Bytes held, lent or waiting.</summary>
    public long Bytes { get; private set; }

    /// <summary>Blocks that came back with bytes written outside of what was lent; counted only by a guarded device.</summary>
    public int Overruns { get; private set; }

    /// <summary>Where each lent block was rented; filled only when LISNATIVE_TRACE_LEAKS=1.</summary>
    public IReadOnlyList<string> Leaks()
    {
        lock (gate)
        {
            return [.. traced.Select(b => b.Origin!)];
        }
    }

    /// <summary>Gives every waiting block back to the operating system or the driver.</summary>
    public void Trim()
    {
        lock (gate)
        {
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
        lock (gate)
        {
            TakeInForgotten();
            FreeWaiting();
        }
    }

    private Block RentIfAny(long bytes)
    {
        long size = SizeClass(bytes);
        lock (gate)
        {
            TakeInForgotten();
            var block = free.TryGetValue(size, out var stack) && stack.TryPop(out var waiting) ? waiting : Allocate(size);
            Lent++;
            block.Used = bytes;
            if (guarded)
            {
                Guard.Paint(block, bytes);
            }

            if (traces)
            {
                block.Origin = Environment.StackTrace;
                traced.Add(block);
            }

            return block;
        }
    }

    internal void Return(Block block)
    {
        lock (gate)
        {
            Lent--;
            if (guarded && !Guard.IsIntact(block, block.Used))
            {
                Overruns++;
            }

            if (traces)
            {
                traced.Remove(block);
            }

            if (!keeps)
            {
                Free(block);
                return;
            }

            if (!free.TryGetValue(block.Bytes, out var stack))
            {
                free[block.Bytes] = stack = new Stack<Block>();
            }

            stack.Push(block);
        }
    }

    /// <summary>
    /// Called by a finaliser: false when the block may go for good. One of a recording waits for the device's next rent, since the
    /// recording may rent no more.
    /// </summary>
    internal bool Forgotten(Block block)
    {
        if (block.Address == 0)
        {
            return false;
        }

        spare.forgotten.Enqueue(block);
        return true;
    }

    internal void Close()
    {
        lock (gate)
        {
            keeps = false;
            TakeInForgotten();
        }

        Trim();
    }

    /// <summary>Steps of an eighth of a power of two, at least 64 bytes: at most 12.5 % is wasted and sizes repeat.</summary>
    internal static long SizeClass(long bytes)
    {
        long step = Math.Max(64, (long)(System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, bytes)) / 16));
        return (Math.Max(1, bytes) + step - 1) / step * step;
    }

    private Block Allocate(long size)
    {
        nint address = guarded ? take(size + (2 * Guard.Size)) + Guard.Size : take(size);
        Allocations++;
        Bytes += size;
        return new Block(this, address, size);
    }

    private void FreeWaiting()
    {
        foreach (var block in free.Values.SelectMany(s => s))
        {
            Free(block);
        }

        free.Clear();
    }

    private void Free(Block block)
    {
        Bytes -= block.Bytes;
        giveBack(guarded ? block.Address - Guard.Size : block.Address);
        GC.SuppressFinalize(block);
    }

    private void TakeInForgotten()
    {
        while (forgotten.TryDequeue(out var block))
        {
            block.Reclaim();
        }
    }
}
