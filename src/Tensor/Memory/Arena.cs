namespace LisNative.Memory;

/// <summary>
/// Host memory for the tensors of one recording, whose sizes come and go once. What comes back waits for the next of its size, to which it
/// goes while it is still in the caches; when none of that size waits, free neighbours become one, and what is wanted is cut from the
/// smallest run that holds it (best fit with deferred coalescing, Knuth, The Art of Computer Programming, 2.5). So the gradients of small
/// layers lie where those of large ones were.
/// </summary>
internal sealed class Arena(IBackend backend)
{
    private readonly Dictionary<nint, Run> lent = [];
    private readonly List<Run> free = [];
    private readonly Lock gate = new();
    private bool closed;

    /// <summary>Memory of so many bytes, a multiple of 64.</summary>
    internal nint Allocate(long bytes)
    {
        lock (gate)
        {
            var run = free.FindLast(r => r.Bytes == bytes) ?? BestFit(bytes) ?? new(backend.Allocate(bytes), bytes);
            free.Remove(run);
            if (run.CutAfter(bytes) is { } rest)
            {
                free.Add(rest);
            }

            lent.Add(run.Address, run);
            return run.Address;
        }
    }

    /// <summary>Takes back what <see cref="Allocate"/> gave.</summary>
    internal void Free(nint address)
    {
        lock (gate)
        {
            lent.Remove(address, out var run);
            free.Add(run!);
            if (closed)
            {
                FreeWhole();
            }
        }
    }

    /// <summary>From now on memory goes back to the system as soon as nobody has any of what was taken at once.</summary>
    internal void Close()
    {
        lock (gate)
        {
            closed = true;
            FreeWhole();
        }
    }

    private Run? BestFit(long bytes)
    {
        Coalesce();
        Run? best = null;
        foreach (var run in free)
        {
            best = run.Bytes >= bytes && !(best?.Bytes <= run.Bytes) ? run : best;
        }

        return best;
    }

    private void Coalesce()
    {
        foreach (var run in free.ToArray())
        {
            while (free.Contains(run) && run.After is { } after && free.Remove(after))
            {
                run.Join();
            }
        }
    }

    private void FreeWhole()
    {
        Coalesce();
        foreach (var run in free.Where(r => r.IsWhole).ToArray())
        {
            free.Remove(run);
            backend.Free(run.Address);
        }
    }

    /// <summary>Bytes next to others that were taken from the system with them.</summary>
    private sealed class Run(nint address, long bytes, bool isFirst = true)
    {
        internal nint Address { get; } = address;

        internal long Bytes { get; private set; } = bytes;

        internal Run? After { get; private set; }

        /// <summary>Whether it is all that was taken at once.</summary>
        internal bool IsWhole => isFirst && After is null;

        /// <summary>Keeps so many bytes; the rest, if any, is another.</summary>
        internal Run? CutAfter(long kept)
        {
            if (Bytes == kept)
            {
                return null;
            }

            var rest = new Run(Address + (nint)kept, Bytes - kept, isFirst: false) { After = After };
            (Bytes, After) = (kept, rest);
            return rest;
        }

        /// <summary>Takes its neighbour in.</summary>
        internal void Join() => (Bytes, After) = (Bytes + After!.Bytes, After.After);
    }
}
