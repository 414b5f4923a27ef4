namespace LisNative.Memory;

/// <summary>
/// A piece of a device's memory as long as it is lent, shared by the tensors that view it. The last tensor to be disposed returns it. A
/// block that everybody forgot is garbage, and its pool, which looks after a collection, has the memory back (<see cref="Pool"/>): no
/// device call happens on the finaliser thread, and no memory is freed while in use.
/// </summary>
internal sealed class Block(Piece piece)
{
    /// <summary>What a recording counts for among the users; a tensor, or a kernel at work, counts for one.</summary>
    private const long Recording = 1L << 32;

    private long users;

    internal Piece Piece => piece;

    /// <inheritdoc cref="Piece.Address"/>
    internal nint Address => piece.Address;

    /// <inheritdoc cref="Piece.Used"/>
    internal long Used => piece.Used;

    /// <summary>How often it was written.</summary>
    internal int Version { get; set; }

    /// <summary>Whether it is of a pool.</summary>
    internal bool IsOf(Pool one) => piece.Pool == one;

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
            piece.Pool.Return(this);
        }
    }
}
