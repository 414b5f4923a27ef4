using System.Collections.Concurrent;
using LisNative.Distributed;

namespace LisNative.Tests.Distributed;

/// <summary>Ranks that are threads of this process: the arithmetic of training together, without MPI.</summary>
internal sealed unsafe class LocalRanks : Communicator
{
    private readonly Meeting meeting;
    private readonly List<(float[] Values, int From)> receiving = [];

    private LocalRanks(int rank, Meeting meeting) => (Rank, this.meeting) = (rank, meeting);

    public override int Rank { get; }

    public override int Size => meeting.Places.Length;

    /// <summary>Sums begun, by address and count, in order: what a test wants to know of the buckets.</summary>
    internal List<int> Sums { get; } = [];

    /// <summary>Runs the same work on every rank; the results by rank. One that throws ends the others.</summary>
    internal static T[] Run<T>(int size, Func<LocalRanks, T> work)
    {
        using var meeting = new Meeting(size);
        var results = new T[size];
        var errors = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new(rank, meeting));
            }
            catch (Exception e)
            {
                errors[rank] = e;
                meeting.Ended.Cancel();
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return Array.Find(errors, e => e is not (null or OperationCanceledException)) is { } error ? throw new AggregateException(error)
            : Array.Exists(errors, e => e is not null) ? throw new OperationCanceledException() : results;
    }

    internal override void BeginSum(nint values, int count)
    {
        Sums.Add(count);
        meeting.Places[Rank] = values;
        meeting.Meet();
        var mine = new float[count];
        for (int i = 0; i < count; i++)
        {
            mine[i] = meeting.Places.Sum(place => ((float*)place)[i]);
        }

        meeting.Meet();
        mine.CopyTo(new Span<float>((void*)values, count));
        meeting.Meet();
    }

    internal override void Poll()
    {
    }

    internal override void BeginSend(float[] values, int to) => meeting.Sent[(Rank, to)].Add([.. values]);

    internal override void BeginReceive(float[] values, int from) => receiving.Add((values, from));

    internal override void Wait()
    {
        receiving.ForEach(r => meeting.Sent[(r.From, Rank)].Take(meeting.Ended.Token).CopyTo(r.Values, 0));
        receiving.Clear();
    }

    internal override void Broadcast(Span<byte> bytes, int from)
    {
        fixed (byte* place = bytes)
        {
            meeting.Places[Rank] = (nint)place;
            meeting.Meet();
            new Span<byte>((void*)meeting.Places[from], bytes.Length).CopyTo(bytes);
            meeting.Meet();
        }
    }

    private sealed class Meeting(int size) : IDisposable
    {
        private readonly Barrier barrier = new(size);

        internal nint[] Places { get; } = new nint[size];

        internal Dictionary<(int From, int To), BlockingCollection<float[]>> Sent { get; } = (
            from a in Enumerable.Range(0, size) from b in Enumerable.Range(0, size) select (a, b))
            .ToDictionary(pair => pair, _ => new BlockingCollection<float[]>());

        internal CancellationTokenSource Ended { get; } = new();

        internal void Meet() => barrier.SignalAndWait(Ended.Token);

        public void Dispose()
        {
            barrier.Dispose();
            Ended.Dispose();
        }
    }
}
