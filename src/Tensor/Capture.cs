using LisNative.Memory;

namespace LisNative;

/// <summary>
/// A piece of work, such as the loss and gradients of a training step, recorded as the tasks that it gave to the kernels: replaying it
/// gives the same bits as doing it again, and allocates nothing. Shapes, tensors and numbers are those of the recording: what changes from
/// replay to replay are the values inside tensors that were made before it.
/// </summary>
/// <remarks>The recording has memory of its own, so that nothing else can be in the way of a replay. Record on one thread.</remarks>
/// <example><code>using var capture = new Capture(device, () =&gt; y = x.Tanh()); x.CopyFrom(next); capture.Replay();</code></example>
public sealed class Capture : IDisposable
{
    [ThreadStatic]
    private static Capture? current;

    private readonly List<Action> steps = [];
    private readonly HashSet<Block> changed = [], kept = [];
    private readonly Device device;
    private readonly IReplay replay;
    private readonly Arena? arena;
    private Lease lease;

    /// <summary>Does the work once and records it.</summary>
    /// <exception cref="NotSupportedException">The device cannot record, or a recording is under way on this thread.</exception>
    public Capture(Device device, Action work)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(work);
        if (!device.CanCapture || current is not null)
        {
            throw new NotSupportedException($"Capture: {(current is null ? $"{device} cannot record" : "recordings do not nest")}");
        }

        this.device = device;
        arena = device.Backend.Info.UsesHostMemory ? new(device.Backend) : null;

        // What waits in the recording's own pool is used by what was recorded, and stays.
        Pool = arena is null ? new Pool(device.Backend.Allocate, device.Backend.Free, spare: device.Pool)
            : new Pool(arena.Allocate, arena.Free, keeps: false, spare: device.Pool);
        current = this;
        try
        {
            work();
            current = null;
            replay = device.Kernels.CreateReplay([.. steps]);
        }
        catch
        {
            current = null;
            Close();
            throw;
        }
    }

    /// <summary>The memory of everything made while recording.</summary>
    internal Pool Pool { get; }

    /// <summary>Whether this thread records.</summary>
    internal static bool IsRecording => current is not null;

    /// <summary>Whether this thread's tasks are recorded without being done.</summary>
    [field: ThreadStatic]
    internal static bool IsCollecting { get; private set; }

    /// <summary>
    /// Work of the host's own, done now and, while something is recorded, again in every replay, when all that was recorded before it has
    /// been done. It allocates nothing in replays if it allocates nothing itself.
    /// </summary>
    /// <exception cref="NotSupportedException">The recording is of a device that runs behind its host.</exception>
    public static void Host(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (current is { device.Backend.Info.UsesHostMemory: false } other)
        {
            throw new NotSupportedException($"Capture: {other.device} runs behind its host, which cannot work between recorded tasks");
        }

        current?.steps.Add(work);
        WithoutRecording(work);
    }

    /// <summary>Does the recorded work again.</summary>
    /// <exception cref="ObjectDisposedException">The recording was disposed, or a tensor that it works on, or the device.</exception>
    public void Replay()
    {
        if (!lease.TryEnter())
        {
            throw new ObjectDisposedException(nameof(Capture), $"Capture on {device} was disposed");
        }

        try
        {
            device.Enter();
            try
            {
                Run();
            }
            finally
            {
                device.Leave();
            }
        }
        finally
        {
            if (lease.Leave())
            {
                Free();
            }
        }
    }

    private void Run()
    {
        foreach (var block in kept)
        {
            // What another recording gave out stays where that one left it.
            if (block.IsAbandoned && block.IsOf(device.Pool))
            {
                throw new ObjectDisposedException(nameof(Tensor), $"Capture on {device}: a tensor that it works on was disposed");
            }
        }

        Touch();
        replay.Run();
        Touch();
    }

    /// <summary>What a replay writes differs from what was read before it, and again from what was read inside it.</summary>
    private void Touch()
    {
        foreach (var block in changed)
        {
            block.Version++;
        }
    }

    /// <summary>
    /// Returns the recording's memory, when the last replay is done; tensors made while recording keep theirs until they are disposed.
    /// </summary>
    public void Dispose()
    {
        if (lease.Close())
        {
            Free();
        }
    }

    private void Free()
    {
        replay.Dispose();
        Close();
    }

    private void Close()
    {
        Pool.Close();
        arena?.Close();
        foreach (var block in kept)
        {
            block.LetGo();
        }
    }

    /// <summary>The recording under way on this thread, which must be of this device.</summary>
    /// <exception cref="NotSupportedException">It is of another.</exception>
    internal static Capture? Current(Device device) => current is not { } recording || recording.device == device ? current
        : throw new NotSupportedException(
            $"Capture: a recording on {recording.device} was given work on {device}; do that before or after");

    /// <summary>
    /// Memory that replays will use: it stays as long as the recording, but for what the recording itself gave out and takes back.
    /// </summary>
    internal void Keep(Block block)
    {
        if (!block.IsOf(Pool) && kept.Add(block))
        {
            block.Keep();
        }
    }

    /// <summary>The pool from which a tensor made now on this thread takes its memory, if not the device's own.</summary>
    internal static Pool? PoolOf(Device device) => current is { } capture && capture.device == device ? capture.Pool : null;

    /// <summary>Adds one task to the recording under way on this thread.</summary>
    internal static void Record(Action task) => current!.steps.Add(task);

    /// <summary>The tasks of some work, which is neither done nor part of the recording under way.</summary>
    internal static Action[] RecordTasks(Action work)
    {
        var recording = current!;
        int first = recording.steps.Count;
        IsCollecting = true;
        try
        {
            work();
        }
        finally
        {
            IsCollecting = false;
        }

        Action[] tasks = [.. recording.steps[first..]];
        recording.steps.RemoveRange(first, tasks.Length);
        return tasks;
    }

    /// <summary>Does work that is no part of the recording under way.</summary>
    internal static void WithoutRecording(Action work)
    {
        var recording = current;
        current = null;
        try
        {
            work();
        }
        finally
        {
            current = recording;
        }
    }

    internal static void Changed(Block block) => current?.changed.Add(block);

    /// <summary>Host memory, an optimiser's list of parameters included, has no place in a recording: it would be read once.</summary>
    internal static void RefuseHostAccess()
    {
        if (current is not null)
        {
            throw new NotSupportedException(
                "Capture: values move between host and device, or an optimiser steps; do that before or after, with tensors made before");
        }
    }
}
