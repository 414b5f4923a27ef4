namespace LisNative.Memory;

/// <summary>
/// Disposes the tensors made on this thread between its beginning and its end, except those moved out with <see cref="Keep"/>. Scopes
/// nest. Nothing has to be disposed: what was forgotten comes back after a collection (<see cref="Pool"/>). A scope gives it back at once.
/// </summary>
/// <remarks>
/// A scope belongs to the thread that is in it: tasks and threads that it starts make tensors of their own. Across an await it goes with
/// the method by <see cref="Across{T}"/>.
/// </remarks>
/// <example><code>
/// using var scope = new Scope();
/// var x = device.From(await scope.Across(ReadAsync()), [64, 784]);
/// var y = scope.Keep(x.Tanh() * 2);
/// </code></example>
public sealed class Scope : IDisposable
{
    [ThreadStatic]
    private static Scope? current;

    private readonly List<Tensor> tensors = [];

    /// <summary>Where what is kept goes, and what the thread is in when this one has ended.</summary>
    private Scope? outer = current, below = current;

    /// <summary>While it is with no thread, the innermost of the scopes that were begun in it.</summary>
    private Scope? away;

    /// <summary>Begins a scope on this thread.</summary>
    public Scope() => current = this;

    /// <summary>Whether what it owned has been disposed.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Whether it waits for the task of <see cref="Across{T}"/>, and no thread is in it.</summary>
    internal bool IsAway => away is not null;

    /// <summary>
    /// A handle that outlives this scope: the tensor itself if it was made inside, moved to the scope around (or to the caller when
    /// there is none, or when that one stayed behind at an await); else another handle to the same elements.
    /// </summary>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var kept = tensor.Owner == this ? tensor : tensor.Alias();
        kept.Owner = outer;
        outer?.tensors.Add(kept);
        return kept;
    }

    /// <summary>
    /// Waits for a task as <c>await</c> alone does, and takes this scope, with those begun in it, to the thread that goes on: until then no
    /// thread is in it.
    /// </summary>
    /// <exception cref="InvalidOperationException">This thread is not in this scope.</exception>
    public ScopeAwaiter<T> Across<T>(Task<T> task) => new(Here(), task);

    /// <inheritdoc cref="Across{T}"/>
    public ScopeAwaiter Across(Task task) => new(Here(), task);

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
    /// <exception cref="InvalidOperationException">A scope begun inside this one is still open, or another thread is in it.</exception>
    public void Dispose()
    {
        if (current != this)
        {
            throw new InvalidOperationException("Scope: scopes end in the reverse order of their beginning, on their own thread; across an "
                + "await they go by scope.Across(task)");
        }

        current = below;
        HasEnded = true;
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

    /// <summary>This thread leaves it and those begun in it.</summary>
    internal void Leave() => (away, current, outer) = (current, below, null);

    /// <summary>This thread goes on in it.</summary>
    internal void Enter() => (below, current, away) = (current, away, null);

    /// <summary>Itself, if this thread is in it.</summary>
    private Scope Here()
    {
        var inner = current;
        while (inner is not null && inner != this)
        {
            inner = inner.below;
        }

        return inner ?? throw new InvalidOperationException("Scope: this thread is not in the scope that is to go across an await");
    }
}
