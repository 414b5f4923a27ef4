using System.Runtime.InteropServices;

namespace LisNative.Cpu;

/// <summary>
/// A weight in the order in which its kernel reads it: packed for one call, or, for a tensor that expects reuse, kept until the tensor changes.
/// </summary>
internal readonly unsafe struct PreparedWeights : IDisposable
{
    private readonly Tensor? temporary;
    private readonly Kept? kept;
    private readonly Key key;

    /// <summary>What the prepared form depends on, besides the values.</summary>
    internal readonly record struct Key(bool Transposed, bool Winograd, ConvGeometry Geometry, int Height, int Width, int Version);

    internal PreparedWeights(Tensor w, Key key, long count)
    {
        this.key = key with { Version = w.Version };
        if (!w.ExpectsReuse)
        {
            temporary = w.Device.Empty([(int)count]);
            Data = (float*)temporary.Address;
            return;
        }

        kept = Kept.Of(w, key.Transposed);
        Data = kept.Memory(count);

        // A recording must prepare what may have changed by the time of a replay.
        IsReady = kept.Key == this.key && !Capture.IsRecording;
    }

    /// <summary>The memory.</summary>
    internal float* Data { get; }

    /// <summary>Whether it holds the present values; else the caller writes them and calls <see cref="Ready"/>.</summary>
    internal bool IsReady { get; }

    /// <summary>Threads that find the same weight stale write the same bits.</summary>
    internal void Ready()
    {
        if (kept is not null)
        {
            kept.Key = key;
        }
    }

    public void Dispose() => temporary?.Dispose();

    /// <summary>Memory that lives as long as its tensor; outside the pool, which counts what users hold.</summary>
    private sealed class Kept
    {
        private float* memory;
        private long capacity;

        ~Kept() => NativeMemory.AlignedFree(memory);

        internal Key? Key { get; set; }

        internal static Kept Of(Tensor w, bool transposed)
        {
            lock (w)
            {
                var both = (Kept[])(w.Prepared ??= new Kept[] { new(), new() });
                return both[transposed ? 1 : 0];
            }
        }

        internal float* Memory(long count)
        {
            lock (this)
            {
                if (capacity < count)
                {
                    if (memory != null)
                    {
                        throw new InvalidOperationException($"PreparedWeights: room for {capacity} floats, {count} wanted; a weight has one size");
                    }

                    memory = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);
                    capacity = count;
                }

                return memory;
            }
        }
    }
}
