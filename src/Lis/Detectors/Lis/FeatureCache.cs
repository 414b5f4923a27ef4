using LisNative.Data;
using LisNative.Distributed;
using LisNative.Models;

namespace LisNative.Training;

/// <summary>
/// A frozen encoder's output for a set of samples, [count, features]. Each of several ranks encodes a part and keeps it. A rank takes those
/// rows of a batch that it keeps; one that has more of them than its share sends the rest to others, of 128 rows among two ranks some 5.
/// What is too large to keep is encoded when it is taken, to the same bits.
/// </summary>
internal sealed class FeatureCache : IDisposable
{
    private readonly FitContext context;
    private readonly Autoencoder network;
    private readonly Dataset samples;
    private readonly Communicator? ranks;
    private readonly Tensor? kept;
    private readonly int count, first;
    private readonly int[] takers, taken, places;
    private readonly List<float[]> underWay = [];

    /// <summary>Encodes samples. All ranks together take a batch of rows in a step, and each keeps so many numbers at most.</summary>
    internal FeatureCache(FitContext context, Autoencoder network, Dataset samples, int batch, long most)
    {
        (this.context, this.network, this.samples, ranks, count) = (context, network, samples, context.Ranks, samples.Count);
        (first, int own) = ranks?.Part(count, ranks.Rank) ?? (0, count);
        (takers, taken, places) = (new int[batch], new int[batch], new int[batch]);
        if ((long)count * network.Architecture.Features / (ranks?.Size ?? 1) <= most)
        {
            kept = context.Device.Empty([own, network.Architecture.Features]);
            Encode([.. Enumerable.Range(first, own)], kept, ranks is null ? context.Cancellation : default);
        }
    }

    /// <summary>
    /// Writes this rank's share [share, features] of a batch, which is the same on every rank; returns the rows of the share.
    /// </summary>
    internal ReadOnlySpan<int> Load(ReadOnlySpan<int> rows, Tensor share)
    {
        if (kept is null)
        {
            var (start, own) = ranks?.Part(rows.Length, ranks.Rank) ?? (0, rows.Length);
            var mine = rows.Slice(start, own);
            Encode(mine, share);
            return mine;
        }

        if (ranks is null)
        {
            kept.Device.Kernels.Gather(kept, rows, share);
            return rows;
        }

        Assign(rows);
        int gathered = Gather(rows, share), all = Move(rows, gathered);
        ranks.Wait();
        for (int i = gathered; i < all; i++)
        {
            using var place = share.Slice(0, i, 1);
            place.Write<float>(underWay[i - gathered]);
        }

        return taken.AsSpan(0, all);
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => kept?.Dispose();

    private void Encode(ReadOnlySpan<int> rows, Tensor target, CancellationToken cancellation = default)
    {
        using var noGrad = new NoGrad();
        int most = TensorModel.AtOnce(samples.SampleShape);
        for (int start = 0; start < rows.Length; start += most)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] some = [.. rows.Slice(start, Math.Min(most, rows.Length - start))];
            using var features = Device.Scoped(() => network.Encoder.Forward(samples.Batch(context.Device, some)).Value);
            using var place = target.Slice(0, start, some.Length);
            place.CopyFrom(features);
        }
    }

    private int Keeper(int row) => ranks!.HolderOf(row, count);

    /// <summary>Decides who takes which row: its keeper while that has room, then the first who has.</summary>
    private void Assign(ReadOnlySpan<int> rows)
    {
        Span<int> room = stackalloc int[ranks!.Size];
        for (int rank = 0; rank < room.Length; rank++)
        {
            room[rank] = ranks.Part(rows.Length, rank).Count;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int keeper = Keeper(rows[i]);
            takers[i] = room[keeper] > 0 ? keeper : -1;
            room[keeper] -= takers[i] < 0 ? 0 : 1;
        }

        for (int i = 0, free = 0; i < rows.Length; i++)
        {
            for (; takers[i] < 0 && room[free] == 0; free++)
            {
            }

            if (takers[i] < 0)
            {
                takers[i] = free;
                room[free]--;
            }
        }
    }

    /// <summary>Copies what this rank both keeps and takes to the first places; how many rows that are.</summary>
    private int Gather(ReadOnlySpan<int> rows, Tensor share)
    {
        int own = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (takers[i] == ranks!.Rank && Keeper(rows[i]) == ranks.Rank)
            {
                (taken[own], places[own]) = (rows[i], rows[i] - first);
                own++;
            }
        }

        if (own > 0)
        {
            using var mine = share.Slice(0, 0, own);
            kept!.Device.Kernels.Gather(kept, places.AsSpan(0, own), mine);
        }

        return own;
    }

    /// <summary>
    /// Begins to send what others take of this rank's rows, or to receive what it takes of theirs, never both; how many rows it takes in
    /// all.
    /// </summary>
    private int Move(ReadOnlySpan<int> rows, int own)
    {
        int moved = 0, all = own;
        for (int i = 0; i < rows.Length; i++)
        {
            int keeper = Keeper(rows[i]), taker = takers[i];
            if (keeper == taker)
            {
                continue;
            }

            if (taker == ranks!.Rank)
            {
                taken[all++] = rows[i];
                ranks.BeginReceive(UnderWay(moved++), keeper);
            }
            else if (keeper == ranks.Rank)
            {
                using var row = kept!.Slice(0, rows[i] - first, 1);
                float[] values = UnderWay(moved++);
                row.Read<float>(values);
                ranks.BeginSend(values, taker);
            }
        }

        return all;
    }

    private float[] UnderWay(int number)
    {
        if (number == underWay.Count)
        {
            underWay.Add(GC.AllocateUninitializedArray<float>(kept!.Shape[1], pinned: true));
        }

        return underWay[number];
    }
}
