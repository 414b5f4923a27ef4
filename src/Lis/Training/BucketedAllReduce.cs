using System.Runtime.InteropServices;
using LisNative.Distributed;
using LisNative.Layers;

namespace LisNative.Training;

/// <summary>
/// Adds up the gradients of all ranks while the backward pass goes on (Li et al. 2020, PyTorch Distributed), and with them the loss and
/// whether a rank asks to stop. Small ones are copied into one run of memory, the last layer's first, and each MiB of it is summed as soon
/// as it is full; a large one is summed where it lies, if that place is its own. So the network works while the kernels do. Where the
/// device has memory of its own, all are copied, and summed when the pass is over.
/// </summary>
internal sealed class BucketedAllReduce : IDisposable
{
    /// <summary>
    /// Elements of a bucket: 1 MiB, as large as lets the first layers' sums begin early and few enough that latency does not add up.
    /// </summary>
    private const int Bucket = 1 << 18;

    /// <summary>Before the gradients: the loss, and whether this rank asks to stop.</summary>
    private const int Head = 2;

    private readonly Communicator ranks;
    private readonly Tensor all, loss, stop;
    private readonly Tensor?[] places;
    private readonly Var[] sums;
    private readonly int[] bucketOf;
    private readonly List<(int Start, int Count, int Members)> buckets = [];
    private readonly int[] missing;
    private readonly float[] flag = new float[1];
    private readonly float[]? staged;

    internal BucketedAllReduce(Communicator ranks, IReadOnlyList<Parameter> parameters)
    {
        this.ranks = ranks;
        var device = parameters[0].Value.Device;
        bool inPlace = device.Backend.Info is { UsesHostMemory: true, ElementSize: sizeof(float) };
        int[] copied = [.. Enumerable.Range(0, parameters.Count).Reverse().Where(i => !inPlace || parameters[i].Value.Count < Bucket)];
        all = device.Zeros([Head + copied.Sum(i => parameters[i].Value.Count)]);
        (loss, stop) = (all.Slice(0, 0, 1), all.Slice(0, 1, 1));
        (places, bucketOf) = (new Tensor[parameters.Count], new int[parameters.Count]);
        var (start, end, members) = (0, Head, 1);
        foreach (int i in copied)
        {
            if (end - start >= Bucket)
            {
                buckets.Add((start, end - start, members));
                (start, members) = (end, 0);
            }

            var value = parameters[i].Value;
            using var run = all.Slice(0, end, value.Count);
            places[i] = value.LaidOver(run);
            bucketOf[i] = buckets.Count;
            (end, members) = (end + value.Count, members + 1);
        }

        buckets.Add((start, end - start, members));
        missing = [.. buckets.Select(b => b.Members)];
        sums = [.. places.Select(p => p is null ? null! : new Var(p))];     // the others when they are taken
        staged = inPlace ? null : GC.AllocateUninitializedArray<float>(all.Count, pinned: true);
    }

    /// <summary>Before a step, outside of any recording.</summary>
    internal void Begin()
    {
        flag[0] = ranks.WantsStop ? 1 : 0;
        stop.Write<float>(flag);
    }

    /// <summary>Takes this rank's loss, at the end of the forward pass.</summary>
    internal void Add(Var value) => Add(loss, value.Value, 0);

    /// <summary>Takes the gradient of a parameter.</summary>
    internal void Add(int parameter, Var gradient)
    {
        if (places[parameter] is { } place)
        {
            Add(place, gradient.Value, bucketOf[parameter]);
            return;
        }

        // A rule may have handed on a tensor that others still read, or a number repeated.
        var own = gradient.Value.IsUniquelyOwned ? gradient.Value : gradient.Value.Clone();
        sums[parameter] = own;
        var (address, count) = (own.Address + ((nint)own.Offset * sizeof(float)), own.Count);
        Capture.Host(() => ranks.BeginSum(address, count));
    }

    /// <summary>Waits for the ranks.</summary>
    internal void Wait()
    {
        if (staged is not null)
        {
            all.Read<float>(staged);
            ranks.BeginSum(Marshal.UnsafeAddrOfPinnedArrayElement(staged, 0), staged.Length);
        }

        ranks.Wait();
        if (staged is not null)
        {
            all.Write<float>(staged);
        }

        stop.Read<float>(flag);
        ranks.Stops = flag[0] > 0;
    }

    /// <summary>After <see cref="Wait"/>: the sums over all ranks.</summary>
    internal (Var[] Gradients, Var Loss) Sums() => (sums, loss);

    /// <summary>Returns the memory.</summary>
    public void Dispose()
    {
        foreach (var tensor in places.Append(loss).Append(stop).Append(all))
        {
            tensor?.Dispose();
        }
    }

    private void Add(Tensor place, Tensor value, int bucket)
    {
        place.CopyFrom(value);
        if (staged is null)
        {
            Capture.Host(() => Added(bucket));
        }
    }

    private void Added(int bucket)
    {
        if (--missing[bucket] > 0)
        {
            ranks.Poll();
            return;
        }

        var (start, count, members) = buckets[bucket];
        missing[bucket] = members;
        ranks.BeginSum(all.Address + ((nint)start * sizeof(float)), count);
    }
}
