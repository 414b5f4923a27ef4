using System.Runtime.InteropServices;
using LisNative.Layers;

namespace LisNative.Training;

/// <summary>
/// Adds up the gradients of all ranks while the backward pass goes on (Li et al. 2020, PyTorch Distributed). Small ones are copied into one run of memory, the last layer's first, and
/// each MiB of it is summed as soon as it is full; a large one is summed where it lies, if that place is its own. So the network works while the kernels do. Where the device has memory of its own, all are
/// copied, and summed when the pass is over.
/// </summary>
internal sealed class BucketedAllReduce : GradientExchange
{
    /// <summary>Elements of a bucket: 1 MiB, as large as lets the first layers' sums begin early and few enough that latency does not add up.</summary>
    private const int Bucket = 1 << 18;

    /// <summary>Before the gradients: the loss, and whether this rank asks to stop.</summary>
    private const int Head = 2;

    private readonly Tensor all;
    private readonly Tensor?[] places;
    private readonly Var[] sums;
    private readonly int[] bucketOf;
    private readonly List<(int Start, int Count, int Members)> buckets = [];
    private readonly int[] missing;
    private readonly float[]? staged;

    internal BucketedAllReduce(Communicator ranks, IReadOnlyList<Parameter> parameters) : base(ranks)
    {
        var device = parameters[0].Value.Device;
        bool inPlace = device.Backend is { UsesHostMemory: true, ElementSize: sizeof(float) };
        int[] copied = [.. Enumerable.Range(0, parameters.Count).Reverse().Where(i => !inPlace || parameters[i].Value.Count < Bucket)];
        all = device.Zeros([Head + copied.Sum(i => parameters[i].Value.Count)]);
        (Loss, Stop) = (all.Slice(0, 0, 1), all.Slice(0, 1, 1));
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

    /// <inheritdoc/>
    protected override Tensor Loss { get; }

    /// <inheritdoc/>
    protected override Tensor Stop { get; }

    /// <inheritdoc/>
    internal override void Add(Var loss) => Add(Loss, loss.Value, 0);

    /// <inheritdoc/>
    internal override void Add(int parameter, Var gradient)
    {
        if (places[parameter] is { } place)
        {
            Add(place, gradient.Value, bucketOf[parameter]);
            return;
        }

        // A rule may have handed on a tensor that others still read, or a number repeated.
        var own = gradient.Value.IsUniquelyOwned ? gradient.Value : gradient.Value.Clone();
        sums[parameter] = own;
        var (address, count) = Run(own);
        Capture.Host(() => Ranks.BeginSum(address, count));
    }

    /// <inheritdoc/>
    internal override (Var[] Gradients, Var Loss) Sums() => (sums, Loss);

    /// <inheritdoc/>
    protected override void Sum()
    {
        if (staged is not null)
        {
            all.Read<float>(staged);
            Ranks.BeginSum(Marshal.UnsafeAddrOfPinnedArrayElement(staged, 0), staged.Length);
        }

        Ranks.Wait();
        if (staged is not null)
        {
            all.Write<float>(staged);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var tensor in places.Append(Loss).Append(Stop).Append(all))
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
            Ranks.Poll();
            return;
        }

        var (start, count, members) = buckets[bucket];
        missing[bucket] = members;
        Ranks.BeginSum(all.Address + ((nint)start * sizeof(float)), count);
    }
}
