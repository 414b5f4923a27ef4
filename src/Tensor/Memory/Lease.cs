namespace LisNative.Memory;

/// <summary>
/// Who is inside a thing that can be disposed: what it holds is freed once, when it has been closed and nobody is inside, by whoever closes
/// it or by the last to leave. Nobody waits for anybody, and nothing is allocated.
/// </summary>
internal struct Lease
{
    private const int Closed = 1, User = 2;

    private int state;

    /// <summary>Whether nobody enters any more.</summary>
    internal readonly bool IsClosed => (Volatile.Read(in state) & Closed) != 0;

    /// <summary>Enters, unless it is closed.</summary>
    internal bool TryEnter()
    {
        while (true)
        {
            int seen = Volatile.Read(ref state);
            if ((seen & Closed) != 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref state, seen + User, seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Leaves; whether the caller has to free what is held.</summary>
    internal bool Leave() => Interlocked.Add(ref state, -User) == Closed;

    /// <summary>Closes, once; whether the caller has to free what is held.</summary>
    internal bool Close() => Interlocked.Or(ref state, Closed) == 0;
}
