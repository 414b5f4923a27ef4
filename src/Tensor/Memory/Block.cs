namespace LisNative.Memory;

/// <summary>
/// A piece of a device's memory, lent by its <see cref="Pool"/> and shared by the tensors that view it. The last tensor to
/// be disposed returns it. A block that everybody forgot is queued by its finaliser and taken in at the device's next rent:
/// no device call happens on the finaliser thread, and no memory is freed while in use.
/// </summary>
internal sealed class Block
{
    /// <summary>What a recording counts for among the users; a tensor, or a kernel at work, counts for one.</summary>
    private const long Recording = 1L << 32;

    private readonly Pool pool;
    private long users;

    internal Block(Pool pool, nint address, long bytes)
    {
        this.pool = pool;
        Address = address;
        Bytes = bytes;
    }

    ~Block()
    {
        if (pool.Forgotten(this))
        {
            GC.ReRegisterForFinalize(this);
        }
    }

    /// <summary>Where the memory begins: 64-byte aligned on the CPU, the backend's own handle elsewhere.</summary>
    internal nint Address { get; }

    /// <summary>Capacity; at least what was asked for.</summary>
    internal long Bytes { get; }

    /// <summary>Bytes that the present tenant asked for.</summary>
    internal long Used { get; set; }

    /// <summary>How often it was written.</summary>
    internal int Version { get; set; }

    /// <summary>Who rented it, when leak tracing is on.</summary>
    internal string? Origin { get; set; }

    /// <summary>Whether it is of a pool.</summary>
    internal bool IsOf(Pool one) => pool == one;

    /// <summary>Whether one tensor alone views it.</summary>
    internal bool IsUniquelyOwned => Volatile.Read(ref users) == 1;

    /// <summary>Whether recordings alone keep it: every tensor that viewed it was disposed.</summary>
    internal bool IsAbandoned => (uint)Volatile.Read(ref users) == 0;

    internal void AddReference() => Interlocked.Increment(ref users);

    /// <summary>Adds a reference unless nobody has one: then it is back in its pool.</summary>
    internal bool TryAddReference()
    {
        for (long seen = Volatile.Read(ref users); seen != 0;)
        {
            long found = Interlocked.CompareExchange(ref users, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    internal void Release() => Remove(1);

    /// <summary>A recording's replays will use it. Whoever says so has a reference.</summary>
    internal void Keep() => Interlocked.Add(ref users, Recording);

    /// <summary>A recording is done with it.</summary>
    internal void LetGo() => Remove(Recording);

    private void Remove(long user)
    {
        if (Interlocked.Add(ref users, -user) == 0)
        {
            pool.Return(this);
        }
    }

    /// <summary>Goes back to its pool, since everybody who had it forgot it.</summary>
    internal void Reclaim()
    {
        users = 0;
        pool.Return(this);
    }
}
