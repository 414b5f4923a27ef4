namespace LisNative.Memory;

/// <summary>
/// Memory that a pool took from the system in one go and lends again and again. It refers weakly to the block that it is lent to: when
/// that is garbage, nobody can reach the memory any more.
/// </summary>
internal sealed class Piece(Pool pool, nint address, long bytes)
{
    /// <summary>A finaliser may bring back what refers to the block; so it counts as garbage only when all of those have run.</summary>
    private readonly WeakReference<Block?> tenant = new(null, trackResurrection: true);

    internal Pool Pool => pool;

    /// <summary>Where the memory begins: 64-byte aligned on the CPU, the backend's own handle elsewhere.</summary>
    internal nint Address => address;

    /// <summary>Capacity; at least what was asked for.</summary>
    internal long Bytes => bytes;

    /// <summary>Bytes that the present tenant asked for.</summary>
    internal long Used { get; private set; }

    /// <summary>The one that waits behind it in its pool.</summary>
    internal Piece? Next { get; set; }

    /// <summary>Who rented it, when leak tracing is on.</summary>
    internal string? Origin { get; set; }

    internal bool IsLent { get; private set; }

    /// <summary>Whether everybody who had it forgot it.</summary>
    internal bool IsForgotten => IsLent && !tenant.TryGetTarget(out _);

    internal Block Lend(long used)
    {
        var block = new Block(this);
        (Used, IsLent) = (used, true);
        tenant.SetTarget(block);
        return block;
    }

    internal void TakeBack() => IsLent = false;
}
