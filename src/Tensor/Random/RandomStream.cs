using System.Runtime.InteropServices;
using LisNative.Formulas;
using LisNative.Memory;

namespace LisNative.Random;

/// <summary>
/// The numbers of a generator in order, for work that is repeated: each use takes the next ones, and so does each replay of a
/// <see cref="Capture"/>, since the position lies in the device's memory. Not for several threads at once.
/// </summary>
/// <example><code>using var numbers = new RandomStream(device, new Philox(seed)); y = x.Dropout(0.25, numbers);</code></example>
public sealed class RandomStream : IDisposable
{
    /// <summary>The generator makes as many numbers at a time; uses begin with the first of them.</summary>
    private const int Together = 4;

    private readonly Device device;
    private readonly Philox random;

    /// <summary>The next position, as the bits of two floats; null where the host keeps it, on a device that records nothing.</summary>
    private readonly Tensor? memory;

    private ulong next;

    /// <summary>Begins with the generator's first number.</summary>
    /// <exception cref="NotSupportedException">Something is being recorded: every replay would begin anew.</exception>
    public RandomStream(Device device, Philox random)
    {
        ArgumentNullException.ThrowIfNull(device);
        (this.device, this.random) = (device, random);
        memory = device.Kernels.HasStreams ? Scope.Outside(() => device.From([0f, 0f], [2])) : null;
    }

    /// <summary>Where it is in the generator's numbers: what training that goes on later begins with.</summary>
    /// <exception cref="NotSupportedException">Something is being recorded.</exception>
    public ulong Position
    {
        get => memory is null ? next : MemoryMarshal.Cast<float, ulong>(memory.ToArray())[0];
        set
        {
            next = value;
            memory?.Write(MemoryMarshal.Cast<ulong, float>([value]));
        }
    }

    /// <summary>The next numbers, uniform in (0, 1).</summary>
    public Tensor Uniform(Shape shape)
    {
        var y = device.Empty(shape);
        Draw(default(Identity), y);
        return y;
    }

    /// <summary>Standard normal numbers: √(−2 ln u) · cos 2πv of the next u and the next v (Box, Muller 1958).</summary>
    public Tensor Normal(Shape shape) =>
        Device.Scoped(() => (Uniform(shape).Log() * -2).Sqrt() * (Uniform(shape) * (2 * Math.PI)).Cos());

    /// <summary>y = op of the next numbers, uniform in (0, 1); y is contiguous.</summary>
    internal void Draw<TOp>(TOp op, Tensor y) where TOp : unmanaged, IUnary
    {
        if (y.Device != device)
        {
            throw new ArgumentException($"RandomStream: a tensor {y.Shape} is on {y.Device}, the numbers on {device}");
        }

        int taken = (y.Count + Together - 1) / Together * Together;
        if (memory is not null)
        {
            device.Kernels.DrawNext(op, random, memory, taken, y);
            return;
        }

        using var uniform = device.Empty(y.Shape);
        uniform.Draw(random, Distribution.Uniform, next);
        device.Kernels.Unary(op, uniform, y);
        next += (ulong)taken;
    }

    /// <summary>Returns the memory; recordings that take numbers from it are then refused.</summary>
    public void Dispose() => memory?.Dispose();
}
