using LisNative.Memory;

namespace LisNative.Cpu;

/// <summary>
/// A weight in the order in which its kernel reads it: written for one call, or, for a tensor that expects reuse, kept until the tensor
/// changes.
/// </summary>
internal readonly unsafe struct PreparedWeights : IDisposable
{
    private readonly Tensor? temporary;
    private readonly Kept? kept;

    /// <summary>What the prepared form depends on, besides the values.</summary>
    internal readonly record struct Key(bool Transposed, bool Winograd, ConvGeometry Geometry, int Height, int Width);

    /// <param name="w">The weight.</param>
    /// <param name="key">Its form.</param>
    /// <param name="count">Floats of that form.</param>
    /// <param name="fill">Writes the form to an address.</param>
    internal PreparedWeights(Tensor w, Key key, long count, Action<nint> fill)
    {
        kept = w.ExpectsReuse ? Kept.Of(w, key, count) : null;
        if (kept is not null)
        {
            kept.Fill(w.Block, fill);
            Data = kept.Memory;
            return;
        }

        temporary = w.Device.Empty([(int)count]);
        Data = (float*)temporary.Address;
        fill((nint)Data);
    }

    /// <summary>The memory.</summary>
    internal float* Data { get; }

    public void Dispose()
    {
        temporary?.Dispose();
        GC.KeepAlive(kept);
    }

    /// <summary>
    /// Memory that lives as long as its tensor; outside the pool, which counts what users hold. It keeps one form, so that whoever reads it
    /// never sees another: a weight used in two geometries keeps the first.
    /// </summary>
    private sealed class Kept(Key key, long count)
    {
        private int version = -1;

        ~Kept() => HostMemory.Free(Memory);

        internal float* Memory { get; } = (float*)HostMemory.Allocate(count * sizeof(float));

        internal static Kept? Of(Tensor w, Key key, long count)
        {
            lock (w.Prepared!)
            {
                var both = (Kept?[])(w.Prepared.Value ??= new Kept?[2]);
                var kept = both[key.Transposed ? 1 : 0] ??= new(key, count);
                return kept.Has(key) ? kept : null;
            }
        }

        /// <summary>
        /// Writes the form, if the weight has changed. A recording takes the question with it, not the writing alone: threads that replay
        /// recordings of one weight must not write it under each other's hands.
        /// </summary>
        internal void Fill(Block weight, Action<nint> fill)
        {
            if (Capture.IsRecording)
            {
                Action[] tasks = Capture.RecordTasks(() => fill((nint)Memory));
                Action write = () => Array.ForEach(tasks, t => t());
                Capture.Record(() => Fill(weight, write));
                Capture.WithoutRecording(() => Fill(weight, write));
            }
            else
            {
                Fill(weight, () => fill((nint)Memory));
            }
        }

        private void Fill(Block weight, Action write)
        {
            if (Volatile.Read(ref version) == weight.Version)
            {
                return;
            }

            lock (this)
            {
                if (version != weight.Version)
                {
                    write();
                    Volatile.Write(ref version, weight.Version);
                }
            }
        }

        private bool Has(Key other) => key == other;
    }
}
