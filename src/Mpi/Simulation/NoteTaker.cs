using System.Diagnostics;
using LisNative.Training;

namespace LisNative.Mpi.Simulation;

/// <summary>A communicator of one that stands for many: it notes when sums are asked for, and does nothing.</summary>
internal sealed class NoteTaker(int size) : Communicator
{
    private readonly List<(double Ready, int Bytes)> buckets = [];
    private long start;
    private double backward;

    /// <inheritdoc/>
    public override int Rank => 0;

    /// <inheritdoc/>
    public override int Size => size;

    /// <summary>What was noted of one step.</summary>
    internal StepTimes Note(Action step)
    {
        buckets.Clear();
        start = Stopwatch.GetTimestamp();
        step();
        return new(backward, Now - backward, [.. buckets]);
    }

    /// <inheritdoc/>
    public override void Broadcast(Span<byte> bytes, int from)
    {
    }

    internal override void BeginSum(nint values, int count) => buckets.Add((Now, count * sizeof(float)));

    internal override void BeginSend(float[] values, int to)
    {
    }

    internal override void BeginReceive(float[] values, int from)
    {
    }

    internal override void Poll()
    {
    }

    internal override void Wait() => backward = Now;

    private double Now => Stopwatch.GetElapsedTime(start).TotalSeconds;
}
