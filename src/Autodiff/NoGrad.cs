namespace LisNative;

/// <summary>
/// Operations on this thread record no gradients until it is disposed: scoring, and gradients that need no gradient. Scopes nest.
/// </summary>
/// <remarks>A scope ends on the thread on which it began, and so it cannot be kept in a field or across an await.</remarks>
/// <example><code>using (new NoGrad()) { scores = network.Forward(x); }</code></example>
public readonly ref struct NoGrad : IDisposable
{
    [ThreadStatic]
    private static bool isActive;

    private readonly bool before;

    /// <summary>Begins a scope.</summary>
    public NoGrad() => (before, isActive) = (isActive, true);

    /// <summary>Whether this thread is inside a scope.</summary>
    internal static bool IsActive => isActive;

    /// <summary>Ends the scope: the thread records again if it did before.</summary>
    public void Dispose() => isActive = before;
}
