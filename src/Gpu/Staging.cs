using ILGPU;
using ILGPU.Runtime;

namespace LisNative.Gpu;

/// <summary>
/// Page-locked host memory, from which the device copies by itself while the host goes on: a batch is on its way while the step before
/// still runs. It is used from one end to the other; then the host waits until all of it has been copied.
/// </summary>
internal sealed class Staging(Accelerator accelerator, AcceleratorStream stream) : IDisposable
{
    /// <summary>Floats; some dozens of batches.</summary>
    private const int Size = 1 << 22;

    private readonly Lazy<PageLockedArray1D<float>> memory = new(() => accelerator.AllocatePageLocked1D<float>(Size, uninitialized: true));
    private readonly Lock gate = new();
    private int used;

    /// <summary>Begins to copy; the values may be changed at once.</summary>
    internal void Write(ArrayView<float> to, ReadOnlySpan<float> values)
    {
        lock (gate)
        {
            for (int i = 0, length; i < values.Length; i += length, used += length)
            {
                length = Math.Min(values.Length - i, Size);
                if (used + length > Size)
                {
                    stream.Synchronize();
                    used = 0;
                }

                var staged = memory.Value.Span.Slice(used, length);
                values.Slice(i, length).CopyTo(staged);
                to.SubView(i, length).CopyFromCPUUnsafeAsync(stream, ref staged[0], length);
            }
        }
    }

    public void Dispose()
    {
        if (memory.IsValueCreated)
        {
            stream.Synchronize();
            memory.Value.Dispose();
        }
    }
}
