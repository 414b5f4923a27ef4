namespace LisNative.Memory;

/// <summary>
/// Memory that several processes see, cut into tensors: those that all make of the same sizes in the same order lie at the same places in each.
/// </summary>
internal sealed class SharedMemory : IDisposable
{
    [ThreadStatic]
    private static SharedMemory? current;

    private readonly Pool pool;
    private readonly IDisposable owner;

    /// <param name="address">Where this process sees it.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="owner">Returns it.</param>
    internal SharedMemory(nint address, long bytes, IDisposable owner)
    {
        long taken = 0;
        this.owner = owner;
        pool = new Pool(Take, _ => { });

        nint Take(long size) => (taken += size) <= bytes ? address + (nint)(taken - size) : throw new InvalidOperationException($"SharedMemory: {size} bytes wanted, {bytes - taken + size} left of {bytes}");
    }

    /// <summary>The pool from which a tensor made now on this thread takes its memory, if not the device's own.</summary>
    internal static Pool? Current => current?.pool;

    /// <summary>What a tensor of so many single-precision numbers takes.</summary>
    internal static long SizeOf(int count) => Pool.SizeClass((long)count * sizeof(float));

    /// <summary>Does work whose tensors lie here.</summary>
    internal T Within<T>(Func<T> work)
    {
        current = this;
        try
        {
            return Scope.Outside(work);
        }
        finally
        {
            current = null;
        }
    }

    /// <summary>Returns it; nothing of it may be in use.</summary>
    public void Dispose()
    {
        pool.Close();
        owner.Dispose();
    }
}
