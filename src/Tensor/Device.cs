using LisNative.Memory;
using LisNative.Reference;

namespace LisNative;

/// <summary>Where tensors live and operations run: a name, a backend and a memory pool.</summary>
public sealed partial class Device : IDisposable
{
    private Lease lease;

    /// <summary>A device over a backend of its own.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="backend">The kernels.</param>
    /// <param name="guarded">Whether writes outside a tensor's memory are counted (<see cref="Pool.Overruns"/>); host memory only.</param>
    public Device(string name, IBackend backend, bool guarded = false)
    {
        ArgumentNullException.ThrowIfNull(backend);
        Name = name;
        Kernels = new(this, (backend as Kernels)?.Backend ?? backend);
        Pool = new Pool(Kernels.Backend.Allocate, Kernels.Backend.Free, guarded);
    }

    /// <summary>The SIMD backend on all cores.</summary>
    public static Device Cpu { get; } = new("cpu", LisNative.Cpu.CpuBackend.Create(null, winograd: true)) { Stays = true };

    /// <summary>The double-precision specification: slow, and right.</summary>
    public static Device Reference { get; } = new("reference", new ReferenceBackend<DoublePrecision, double>()) { Stays = true };

    /// <summary>
    /// The same loops in single precision: the first rung of the ladder, whose bits the first rung of every GPU has, too.
    /// </summary>
    public static Device Naive { get; } = new("cpu:naive", new ReferenceBackend<SinglePrecision, float>()) { Stays = true };

    /// <summary>
    /// Threads of a device that is not told how many: every core, or as many as the environment variable LISNATIVE_THREADS says.
    /// </summary>
    public static int DefaultThreads => LisNative.Cpu.Workers.DefaultThreads;

    /// <summary>What a user names it by: cpu, cpu:naive, reference.</summary>
    public string Name { get; }

    /// <summary>The kernels. Whatever they are given is checked before they run.</summary>
    public IBackend Backend => Kernels;

    /// <summary>Whether a <see cref="Capture"/> can record its work.</summary>
    public bool CanCapture => Kernels.CanCapture;

    /// <summary>The same, with what not every backend has a kernel for.</summary>
    internal Kernels Kernels { get; }

    /// <summary>Whether it is the whole process's: then it stays however often it is disposed.</summary>
    private bool Stays { get; init; }

    /// <summary>The memory.</summary>
    public Pool Pool { get; }

    /// <summary>The SIMD backend with threads of its own.</summary>
    /// <param name="threads">How many; null for <see cref="DefaultThreads"/>. It changes no result.</param>
    /// <param name="winograd">Whether convolutions use their Winograd form where it pays; false for the direct algorithm
    /// everywhere.</param>
    public static Device OnCpu(int? threads = null, bool winograd = true) => new("cpu", LisNative.Cpu.CpuBackend.Create(threads, winograd));

    /// <summary>Runs <paramref name="work"/> in a scope of its own; only the result survives.</summary>
    public static Tensor Scoped(Func<Tensor> work)
    {
        using var scope = new Scope();
        return scope.Keep(work());
    }

    /// <summary>A tensor of unspecified content.</summary>
    public Tensor Empty(Shape shape) => new(this, shape, shape.ContiguousStrides());

    /// <summary>A tensor of one value.</summary>
    public Tensor Full(Shape shape, double value)
    {
        var result = Empty(shape);
        Kernels.Fill(result, value);
        return result;
    }

    /// <summary>A tensor of zeros.</summary>
    public Tensor Zeros(Shape shape) => Full(shape, 0);

    /// <summary>A tensor of the given values, innermost axis fastest.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    public Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        if (values.Length != shape.Count)
        {
            throw new ArgumentException($"From: {values.Length} values for shape {shape}, which has {shape.Count}");
        }

        var result = Empty(shape);
        Kernels.Write(result, values);
        return result;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public Tensor From<T>(T[] values, Shape shape) where T : unmanaged => From<T>(values.AsSpan(), shape);

    /// <summary>
    /// Frees the memory, when the last kernel is done; later use of the device or its tensors is refused, and tensors still lent free
    /// theirs when disposed. <see cref="Cpu"/>, <see cref="Reference"/> and <see cref="Naive"/> are the process's and stay.
    /// </summary>
    public void Dispose()
    {
        if (Stays)
        {
            Pool.Trim();
        }
        else if (lease.Close())
        {
            Free();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Keeps the backend until <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">The device was disposed.</exception>
    internal void Enter()
    {
        // Kernels on host memory work without what Dispose takes away, the other threads; so threads that score need not share a counter.
        if (Kernels.UsesHostMemory ? lease.IsClosed : !lease.TryEnter())
        {
            throw new ObjectDisposedException(nameof(Device), $"Device {Name} was disposed");
        }
    }

    internal void Leave()
    {
        if (!Kernels.UsesHostMemory && lease.Leave())
        {
            Free();
        }
    }

    private void Free()
    {
        Pool.Close();
        (Kernels.Backend as IDisposable)?.Dispose();
    }
}
