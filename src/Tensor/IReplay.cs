namespace LisNative;

/// <summary>Recorded work, ready to be done again.</summary>
internal interface IReplay : IDisposable
{
    /// <summary>Does it.</summary>
    void Run();
}

/// <summary>Tasks replayed one after another.</summary>
internal sealed class TaskReplay(Action[] tasks) : IReplay
{
    public void Run()
    {
        foreach (var task in tasks)
        {
            task();
        }
    }

    public void Dispose()
    {
    }
}
