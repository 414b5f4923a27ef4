using System.Runtime.CompilerServices;

namespace LisNative.Memory;

/// <summary>What <see cref="Scope.Across{T}"/> gives to <c>await</c>.</summary>
public readonly struct ScopeAwaiter<T> : ICriticalNotifyCompletion
{
    private readonly ScopeAwaiter inner;
    private readonly Task<T> task;

    internal ScopeAwaiter(Scope scope, Task<T> task) => (inner, this.task) = (new(scope, task), task);

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsCompleted => inner.IsCompleted;

    /// <summary>Itself.</summary>
    public ScopeAwaiter<T> GetAwaiter() => this;

    /// <summary>The task's result, or its exception; the thread is in the scope.</summary>
    public T GetResult()
    {
        inner.GetResult();
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Leaves the scope until the task is done.</summary>
    public void OnCompleted(Action continuation) => inner.OnCompleted(continuation);

    /// <inheritdoc cref="OnCompleted"/>
    public void UnsafeOnCompleted(Action continuation) => inner.UnsafeOnCompleted(continuation);
}

/// <inheritdoc cref="ScopeAwaiter{T}"/>
public readonly struct ScopeAwaiter : ICriticalNotifyCompletion
{
    private readonly Scope scope;
    private readonly Task task;

    internal ScopeAwaiter(Scope scope, Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        (this.scope, this.task) = (scope, task);
    }

    /// <inheritdoc cref="ScopeAwaiter{T}.IsCompleted"/>
    public bool IsCompleted => task.IsCompleted;

    /// <inheritdoc cref="ScopeAwaiter{T}.GetAwaiter"/>
    public ScopeAwaiter GetAwaiter() => this;

    /// <summary>The task's exception, if it has one; the thread is in the scope.</summary>
    public void GetResult()
    {
        if (scope.IsAway)
        {
            scope.Enter();
        }

        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="ScopeAwaiter{T}.OnCompleted"/>
    public void OnCompleted(Action continuation)
    {
        scope.Leave();
        task.GetAwaiter().OnCompleted(continuation);
    }

    /// <inheritdoc cref="ScopeAwaiter{T}.OnCompleted"/>
    public void UnsafeOnCompleted(Action continuation)
    {
        scope.Leave();
        task.GetAwaiter().UnsafeOnCompleted(continuation);
    }
}
