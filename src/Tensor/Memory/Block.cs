namespace LisNative.Memory;

/// <summary>
/// A piece of a device's memory, lent by its <see cref="Pool"/> and shared by the tensors that view it. The last tensor to
/// be disposed returns it. A block that everybody forgot is queued by its finaliser and taken in at the device's next rent:
/// no device call happens on the finaliser thread, and no memory is freed while in use.
/// </summary>
internal sealed class Block
{
    private readonly Pool pool;
    private int references;

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

    /// <summary>Whether one tensor alone views it.</summary>
    internal bool IsSole => Volatile.Read(ref references) == 1;

    internal void AddReference() => Interlocked.Increment(ref references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            pool.Return(this);
        }
    }

    /// <summary>Goes back to its pool, since everybody who had it forgot it.</summary>
    internal void Reclaim()
    {
        references = 0;
        pool.Return(this);
    }
}
