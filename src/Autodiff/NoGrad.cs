namespace LisNative;

/// <summary>
/// Operations on this thread record no gradients until it is disposed: scoring, and gradients that need no gradient. Scopes nest.
/// </summary>
/// <remarks>A scope ends on the thread on which it began, and so it cannot be kept in a field or across an await.</remarks>
/// <example><code>using (new NoGrad()) { scores = network.Forward(x); }</code></example>
public readonly ref struct NoGrad : IDisposable
{
    [ThreadStatic]
    private static int depth;

    /// <summary>Begins a scope.</summary>
    public NoGrad() => depth++;

    /// <summary>Whether this thread is inside a scope.</summary>
    internal static bool IsActive => depth > 0;

    /// <summary>Ends the scope: the thread records again once all of its scopes have ended, in whatever order.</summary>
    public void Dispose() => depth--;

    /// <summary>Runs <paramref name="work"/> as if this thread had no scope.</summary>
    public static T Outside<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        int before = depth;
        depth = 0;
        try
        {
            return work();
        }
        finally
        {
            depth = before;
        }
    }
}
