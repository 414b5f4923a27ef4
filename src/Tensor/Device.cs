using LisNative.Memory;
using LisNative.Reference;

namespace LisNative;

/// <summary>Where tensors live and operations run: a name, a backend and a memory pool.</summary>
public sealed class Device : IDisposable
{
    /// <summary>A device over a backend of its own.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="backend">The kernels.</param>
    /// <param name="guarded">Whether writes outside a tensor's memory are counted (<see cref="Pool.Overruns"/>); host memory only.</param>
    public Device(string name, IBackend backend, bool guarded = false)
    {
        Name = name;
        Backend = backend;
        Pool = new Pool(backend, guarded);
    }

    /// <summary>The SIMD backend on all cores.</summary>
    public static Device Cpu { get; } = OnCpu();

    /// <summary>The double-precision specification: slow, and right.</summary>
    public static Device Reference { get; } = new("reference", new ReferenceBackend<DoublePrecision, double>());

    /// <summary>The same loops in single precision: the first rung of the ladder, whose bits the first rung of every GPU has, too.</summary>
    public static Device Naive { get; } = new("cpu:naive", new ReferenceBackend<SinglePrecision, float>());

    /// <summary>Threads of a device that is not told how many: every core, or as many as the environment variable LISNATIVE_THREADS says.</summary>
    public static int DefaultThreads => LisNative.Cpu.Workers.DefaultThreads;

    /// <summary>What a user names it by: cpu, cpu:naive, reference.</summary>
    public string Name { get; }

    /// <summary>The kernels.</summary>
    public IBackend Backend { get; }

    /// <summary>The memory.</summary>
    public Pool Pool { get; }

    /// <summary>The SIMD backend with threads of its own.</summary>
    /// <param name="threads">How many; null for <see cref="DefaultThreads"/>. It changes no result.</param>
    /// <param name="winograd">Whether convolutions use their Winograd form where it pays; false for the direct algorithm everywhere.</param>
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
        Backend.Fill(result, value);
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
        Backend.Write(result, values);
        return result;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public Tensor From<T>(T[] values, Shape shape) where T : unmanaged => From<T>(values.AsSpan(), shape);

    /// <summary>Frees the memory; tensors still lent free theirs when disposed.</summary>
    public void Dispose()
    {
        Pool.Close();
        (Backend as IDisposable)?.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
