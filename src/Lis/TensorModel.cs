using System.Collections.Concurrent;
using LisNative.Data;
using LisNative.Memory;

namespace LisNative;

/// <summary>A model whose score is a function of tensors.</summary>
/// <param name="device">Where it computes.</param>
/// <param name="state">As for every <see cref="Model"/>.</param>
internal abstract class TensorModel(Device device, IReadOnlyList<(string Name, Tensor Value)> state) : Model(state)
{
    internal override string? OnHost => null;

    /// <summary>Samples scored at once. A sample's score does not depend on the others in its batch.</summary>
    protected const int Batch = 256;

    /// <summary>Samples of a recording for many: enough to fill the cores, few enough to stay in the caches.</summary>
    private const int Many = 32;

    /// <summary>
    /// Numbers that go through a network at once at most: a network makes some ten times as many on its way, and large images fill the
    /// cores alone.
    /// </summary>
    private const long MostAtOnce = 1L << 20;

    /// <summary>Comparisons at once at most: 64 MiB of them, of which some copies are made on the way.</summary>
    private const long MostCompared = 1L << 24;

    // Queues: bags would start the runtime's event tracing, which takes 2 ms of the time to a first score.
    private readonly ConcurrentQueue<CapturedScore> singles = [], batches = [];

    /// <summary>Where it computes.</summary>
    protected Device Device { get; } = device;

    /// <summary>What a sample is compared with: numbers that scoring makes of each sample at once.</summary>
    protected virtual int Compared => 1;

    internal sealed override float[] Score(Dataset prepared, string score) =>
        InBatches(Device, prepared, x => Forward(x, score), AtOnce(prepared.SampleShape, Compared));

    internal sealed override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        if (!Device.CanCapture || OnHost is not null)
        {
            Score(new Dataset(nameof(Score), sample, prepared.ToArray(), new int[scores.Length]), ScoreNames[0]).CopyTo(scores);
            return;
        }

        int many = Math.Min(Many, AtOnce(sample, Compared));
        for (int at = 0; at < scores.Length;)
        {
            int left = scores.Length - at, size = left > many / 4 ? many : 1, rows = Math.Min(size, left);
            var idle = size == 1 ? singles : batches;
            var recording = idle.TryDequeue(out var free) ? free : Record([size, .. sample.Sizes]);
            recording.Replay(prepared.Slice(at * sample.Count, rows * sample.Count), scores.Slice(at, rows));
            idle.Enqueue(recording);
            at += rows;
        }
    }

    private CapturedScore Record(Shape batch) => Scope.Outside(() => new CapturedScore(Device, batch, x => Forward(x, ScoreNames[0])));

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var recording in singles.Concat(batches))
        {
            recording.Dispose();
        }

        base.Dispose();
    }

    /// <summary>Samples that go through a network at once: fewer of large ones.</summary>
    internal static int AtOnce(Shape sample, int compared = 1) =>
        Math.Min(Batch, Math.Min(Dataset.RowsWithin(MostAtOnce, sample.Count), Dataset.RowsWithin(MostCompared, compared)));

    /// <summary>The results of a function of batches [rows, sample…], one after another.</summary>
    internal static float[] InBatches(Device device, Dataset set, Func<Var, Var> function, int? atOnce = null)
    {
        using var noGrad = new NoGrad();
        float[] all = [];
        foreach (int[] rows in Enumerable.Range(0, set.Count).Chunk(atOnce ?? AtOnce(set.SampleShape)))
        {
            using var scope = new Scope();
            var values = function(set.Batch(device, rows)).Value;
            int each = values.Count / rows.Length;
            all = all.Length == 0 ? new float[Dataset.Numbers(set.Name, [each], set.Count)] : all;
            values.Read(all.AsSpan(rows[0] * each, values.Count));
        }

        return all;
    }

    /// <summary>The scores [batch] of prepared samples [batch, sample…] as a graph, by one of <see cref="Model.ScoreNames"/>.</summary>
    internal abstract Var Forward(Var x, string score);
}
