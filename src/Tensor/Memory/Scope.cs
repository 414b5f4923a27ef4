namespace LisNative.Memory;

/// <summary>
/// Disposes the tensors made on this thread between its beginning and its end, except those moved out with
/// <see cref="Keep"/>. Scopes nest. Code that trains or scores never disposes a tensor by hand: its steps run in scopes.
/// </summary>
/// <example><code>using var scope = new Scope(); var y = scope.Keep(x.Tanh() * 2);</code></example>
public sealed class Scope : IDisposable
{
    [ThreadStatic]
    private static Scope? current;

    private readonly Scope? outer = current;
    private readonly List<Tensor> tensors = [];

    /// <summary>Begins a scope on this thread.</summary>
    public Scope() => current = this;

    /// <summary>
    /// A handle that outlives this scope: the tensor itself if it was made inside, moved to the scope around (or to the caller when
    /// there is none); else another handle to the same elements.
    /// </summary>
    public Tensor Keep(Tensor tensor)
    {
        var kept = tensor.Owner == this ? tensor : tensor.Alias();
        kept.Owner = outer;
        outer?.tensors.Add(kept);
        return kept;
    }

    /// <summary>Runs <paramref name="work"/> as if this thread had no scope: what it makes lives until it is disposed by hand.</summary>
    public static T Outside<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var inner = current;
        current = null;
        try
        {
            return work();
        }
        finally
        {
            current = inner;
        }
    }

    /// <summary>Disposes what the scope still owns.</summary>
    /// <exception cref="InvalidOperationException">A scope begun inside this one is still open, or another thread began it.</exception>
    public void Dispose()
    {
        if (current != this)
        {
            throw new InvalidOperationException("Scope: scopes end in the reverse order of their beginning, on their own thread");
        }

        current = outer;
        foreach (var tensor in tensors)
        {
            if (tensor.Owner == this)
            {
                tensor.Dispose();
            }
        }
    }

    /// <summary>The scope that owns a tensor made now on this thread.</summary>
    internal static Scope? Register(Tensor tensor)
    {
        current?.tensors.Add(tensor);
        return current;
    }
}
