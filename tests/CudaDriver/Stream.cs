namespace LisNative.CudaDriver;

/// <summary>
/// Work in order, done as late as the interface allows: when somebody waits for it. Whoever reads before waiting reads what was there
/// before.
/// </summary>
internal sealed class Stream
{
    private readonly Queue<Action> work = new();
    private List<Action>? captured;

    internal bool IsCapturing => captured is not null;

    internal void Enqueue(Action task)
    {
        if (captured is not null)
        {
            captured.Add(task);
        }
        else
        {
            work.Enqueue(task);
        }
    }

    internal void Synchronize()
    {
        if (captured is not null)
        {
            throw new CudaException(CudaException.CaptureUnsupported, "a stream that captures cannot be waited for");
        }

        while (work.TryDequeue(out var task))
        {
            task();
        }
    }

    internal void BeginCapture()
    {
        if (captured is not null)
        {
            throw new CudaException(CudaException.CaptureUnsupported, "the stream captures already");
        }

        captured = [];
    }

    internal Action[] EndCapture()
    {
        Action[] graph = [.. captured ?? throw new CudaException(CudaException.InvalidValue, "the stream does not capture")];
        captured = null;
        return graph;
    }
}
