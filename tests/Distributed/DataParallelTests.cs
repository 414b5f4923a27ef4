using LisNative.Cpu;
using LisNative.Data;
using LisNative.Distributed;
using LisNative.Gpu;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;
using LisNative.Training;

namespace LisNative.Tests.Distributed;

/// <summary>Ranks that share every batch come to the model of one process. Each method: ConformanceTests; through MPI: MpiTests.</summary>
public sealed class DataParallelTests
{
    private const int Batch = 24, Steps = 100;

    private readonly Dataset normal = Bars.Horizontal(256, 1);

    /// <summary>Uneven shares, too: 24 samples are five, five, five, five and four for five ranks.</summary>
    [Theory]
    [InlineData(2, null)]
    [InlineData(5, null)]
    [InlineData(2, 0.5)]
    public void After_a_hundred_steps_parameters_are_those_of_one_process(int ranks, double? clip)
    {
        using var device = new Device("x", new CpuBackend<Lane256>(1));
        float[][] alone = Train(device, null, clip);
        float[][][] together = LocalRanks.Run(ranks, r => Train(device, r, clip));
        Assert.All(together.Skip(1), other => Assert.Equal(together[0], other));
        Assert.All(alone.Zip(together[0]), p => Assert.InRange(Distance(p.First, p.Second), 0, 1e-5));
        Assert.Equal(together[0], LocalRanks.Run(ranks, r => Train(device, r, clip))[0]);
        Assert.Equal(0, device.Pool.Lent);
    }

    /// <summary>Where the device has memory of its own the sums go through the host.</summary>
    [Fact]
    public void So_it_is_on_a_gpu()
    {
        Requirement.SkipUnlessSoak();
        using var device = GpuDevices.Open("simulator:0");
        Assert.False(device.Backend.Info.UsesHostMemory);
        float[] start = [1, 2, 3, 4], x = [1, -1, 0.5f, 2];
        float[] Descend(Communicator? ranks)
        {
            var share = ranks?.SliceOf(4) ?? BatchSlice.Whole(4);
            using var w = new Parameter(device.From(start, [4]));
            using var part = device.From<float>(x.AsSpan(share.Start, share.Count), [share.Count, 1]);
            Trainer.Run(new("descent", [("w", w)], new LearningRateSchedule(0.1, 0, 5, 1), share, _ =>
                { }, () => (part * w).Square().Mean(), p => new Sgd(p, 0.1)), ranks: ranks);
            return w.Value.ToArray();
        }

        // ILGPU's accelerators are not for several threads at once: one rank of one.
        float[] alone = Descend(null);
        Assert.NotEqual(start, alone);
        Assert.Equal(alone, LocalRanks.Run(1, Descend)[0]);
    }

    [Fact]
    public void Gradients_are_summed_in_buckets_while_the_sweep_goes_on()
    {
        using var device = new Device("x", new CpuBackend<Lane256>(1));
        int[] sizes = [700, 500, 300, 400, 600, 1];
        List<int>[] sums = LocalRanks.Run(2, ranks =>
        {
            Parameter[] layers = [.. sizes.Skip(1).Select((to, i) => new Parameter(device.Full([sizes[i], to], 0.01)))];
            using var x = device.Full([2, sizes[0]], 1);
            var phase = new Phase("layers", [.. layers.Select((l, i) => ($"{i}", l))], new LearningRateSchedule(1e-3, 0, 3, 1),
                new BatchSlice(0, 1, 2), _ => { }, () => layers.Aggregate((Var)x, (h, w) => Var.MatMul(h, w).Tanh()).Mean());
            Trainer.Run(phase, ranks: ranks);
            Array.ForEach(layers, l => l.Dispose());
            return ranks.Sums;
        });

        // The last three layers are a bucket, with the loss and the wish to stop; the second is another; the first is large and summed
        // where it lies. Once when recorded, then in each of three steps.
        int[] once = [2 + 600 + (400 * 600) + (300 * 400), 500 * 300, 700 * 500];
        Assert.Equal(Enumerable.Repeat(once, 4).SelectMany(s => s), sums[0]);
        Assert.Equal(sums[0], sums[1]);
    }

    /// <summary>
    /// Two large gradients that are one tensor, one that the sweep goes on with, and one that is a number repeated: none of them can be
    /// summed where it lies.
    /// </summary>
    [Fact]
    public void Large_gradients_that_share_memory_are_summed_once()
    {
        using var device = new Device("x", new CpuBackend<Lane256>(1));
        float[] numbers = [.. Enumerable.Range(0, 4).Select(i => 1f + i)];
        float[][] Descend(Communicator? ranks)
        {
            var part = ranks?.SliceOf(4) ?? BatchSlice.Whole(4);
            using var scope = new Memory.Scope();
            Parameter[] p = [.. Enumerable.Range(0, 5).Select(i => new Parameter(device.Full([600, 500], 0.1 * (i + 1))))];
            Var x = device.From<float>(numbers.AsSpan(part.Start, part.Count), [part.Count, 1, 1]);
            Var Loss() => (((((p[0].Tanh() + p[1] + p[2]) * x) + p[3]).Mean() * 3000) + ((p[3].Sum() + p[4].Sum()) * 1e-3));
            Trainer.Run(new("shared", [.. p.Select((v, i) => ($"{i}", v))], new LearningRateSchedule(0.1, 0, 5, 1), part, _ =>
                { }, Loss, q => new Sgd(q, 0.1)), ranks: ranks);
            return [.. p.Select(v => v.Value.ToArray())];
        }

        float[][] alone = Descend(null);
        Assert.All(LocalRanks.Run(2, Descend),
            together => Assert.All(alone.Zip(together), pair => Assert.InRange(Distance(pair.First, pair.Second), 0, 1e-6)));
        Assert.All(alone, values => Assert.InRange(values.Distinct().Count(), 1, 2));
    }

    [Fact]
    public void Each_gradient_is_told_of_when_it_is_whole_and_only_once()
    {
        using var device = new Device("x", new CpuBackend<Lane256>(1));
        using Parameter first = new(device.Full([3], 2)), second = new(device.Full([3], 3)), unused = new(device.Full([3], 1));
        var told = new List<(int, float)>();
        var y = ((first * second) + (first * 5)).Sum();
        Var[] all = Gradient.Compute(y, [first, second, unused], ready: (i, g) => told.Add((i, g.Value.ToArray()[0])));
        Assert.Equal([(0, 8f), (1, 2f), (2, 0f)], told.Order());
        Assert.Equal([8f, 2f, 0f], all.Select(g => g.Value.ToArray()[0]));
        Assert.Equal(2, told[^1].Item1);
    }

    [Fact]
    public void A_stop_asked_for_by_one_stops_all_after_the_same_step_and_any_number_goes_on()
    {
        using var folder = new TemporaryFolder();
        var options = new LisOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 3, Epochs2 = 3, Batch = 32, NegativePool = 64 };
        Dataset negatives = Bars.Diagonal(64, 2);
        var files = new Checkpoint[2];
        Assert.Throws<OperationCanceledException>(() => LocalRanks.Run(2, ranks =>
        {
            using var source = new CancellationTokenSource();
            files[ranks.Rank] = new Checkpoint(folder[$"state{ranks.Rank}"], TimeSpan.MaxValue);
            return Detector.Fit(Device.Cpu, normal, negatives, options, ranks.Rank == 1 ? new Cancel(9, source)
                : null, files[ranks.Rank], ranks, cancellation: source.Token);
        }));
        Assert.Equal(["feature extraction, step 10", "feature extraction, step 10"], files.Select(f => f.State));
        Assert.Equal((true, false), (files[0].Exists, files[1].Exists));

        float[] Scores(Communicator? ranks, string file)
        {
            using var detector = Detector.Fit(
                Device.Cpu, normal, negatives, options, checkpoint: file.Length > 0 ? new(folder[file], TimeSpan.MaxValue)
                : null, ranks: ranks);
            return detector.Score(negatives);
        }

        // Only the first rank has the file; three go on where two had stopped.
        float[] whole = LocalRanks.Run(2, r => Scores(r, ""))[0];
        File.Copy(folder["state0"], folder["again0"]);
        Assert.Equal(whole, LocalRanks.Run(2, r => Scores(r, $"state{r.Rank}"))[0]);
        float[] three = LocalRanks.Run(3, r => Scores(r, $"again{r.Rank}"))[0];
        Assert.All(whole.Zip(three), p => Assert.Equal(p.First, p.Second, p.First * 1e-3));
    }

    /// <summary>Batches at random, and one whose rows are all the first rank's; 256 rows on five ranks are 51 or 52 each.</summary>
    [Fact]
    public void Stored_features_are_kept_in_parts_and_every_rank_gets_its_share_of_them()
    {
        int[][] batches = [.. Enumerable.Range(0, 20).Select(i => new Philox(3).FoldIn((ulong)i).Permutation(normal.Count)[..Batch]),
            [.. Enumerable.Range(0, Batch)]];
        (int Row, float[] Features)[][] Load(Communicator? ranks)
        {
            using var device = new Device("x", new CpuBackend<Lane256>(1));
            using var scope = new Memory.Scope();
            var network = Autoencoder.Create(device, new(normal.SampleShape, 8, 8, 4), new Philox(1));
            device.Pool.Trim();
            long before = device.Pool.Bytes;
            using var stored = new FeatureCache(new(device, normal, null, new(1), null, null, ranks, default), network, normal, Batch);
            device.Pool.Trim();
            int width = network.Architecture.Features, part = ranks?.Part(normal.Count, ranks.Rank).Count ?? normal.Count;
            Assert.InRange(device.Pool.Bytes - before, part * width * sizeof(float), 1.1 * part * width * sizeof(float));
            using var share = device.Empty([ranks?.SliceOf(Batch).Count ?? Batch, width]);
            return [.. batches.Select(batch => stored.Load(batch, share).ToArray().Zip(share.ToArray().Chunk(width)).ToArray())];
        }

        var alone = Load(null);
        foreach (int size in new[] { 2, 5 })
        {
            var together = LocalRanks.Run(size, Load);
            for (int batch = 0; batch < batches.Length; batch++)
            {
                var rows = together.SelectMany(r => r[batch]).OrderBy(r => r.Row).ToArray();
                var expected = alone[batch].OrderBy(r => r.Row).ToArray();
                Assert.Equal(expected.Select(r => r.Row), rows.Select(r => r.Row));
                Assert.All(expected.Zip(rows), pair => Assert.Equal(pair.First.Features, pair.Second.Features));
            }
        }
    }

    [Fact]
    public void Ranks_with_other_data_and_batches_too_small_are_refused_on_every_rank()
    {
        var options = new AutoencoderOptions { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 1, Batch = 2 };
        string[] Problems(int size, Func<int, Dataset> data, Func<int, AutoencoderOptions> settings) => LocalRanks.Run(size, r =>
            Assert.Throws<InputException>(() => Detector.Fit(Device.Cpu, data(r.Rank), null, settings(r.Rank), ranks: r)).Message);
        Assert.All(Problems(2, r => Bars.Horizontal(64, (ulong)r), _ => options),
            p => Assert.Matches("^rank 1: expected normalFingerprint \"xxh128:\\w+\" as on rank 0, found \"xxh128:\\w+\"$", p));
        Assert.All(Problems(3, _ => normal, r => options with { Seed = r == 2 ? 7UL : 1 }),
            p => Assert.Equal("rank 2: expected seed 1 as on rank 0, found 7", p));
        Assert.All(Problems(3, _ => normal, _ => options),
            p => Assert.Equal("batch: expected at least a sample for each of 3 ranks, found 2", p));
    }

    [Theory]
    [InlineData(128, 3)]
    [InlineData(7, 7)]
    [InlineData(int.MaxValue, 512)]
    public void Parts_are_all_there_is_and_nearly_equal(int count, int size)
    {
        var ranks = LocalRanks.Run(size, r => r.Part(count, r.Rank));
        int[][] holders = LocalRanks.Run(
            size, r => new[] { r.Part(count, r.Rank).Start, r.Part(count, r.Rank).Start + r.Part(count, r.Rank).Count - 1 }.Select(
            row => r.HolderOf(row, count)).ToArray());
        Assert.All(holders, (ofEnds, rank) => Assert.Equal([rank, rank], ofEnds));
        Assert.Equal(0, ranks[0].Start);
        Assert.All(ranks.Skip(1).Zip(ranks), p => Assert.Equal(p.Second.Start + p.Second.Count, p.First.Start));
        Assert.Equal(count, ranks[^1].Start + ranks[^1].Count);
        Assert.InRange(ranks.Max(r => r.Count) - ranks.Min(r => r.Count), 0, 1);
    }

    internal static double Distance(float[] expected, float[] found) =>
        Math.Sqrt(expected.Zip(found, (a, b) => (double)(a - b) * (a - b)).Sum() / expected.Sum(a => (double)a * a));

    /// <summary>The paper's convolutional network, small.</summary>
    private float[][] Train(Device device, Communicator? ranks, double? clip)
    {
        var network = Autoencoder.Create(device, new(normal.SampleShape, 8, 8, 4), new Philox(1));
        var share = ranks?.SliceOf(Batch) ?? BatchSlice.Whole(Batch);
        var order = new BatchOrder(normal.Count, share, new Philox(2));
        using var x = device.Empty([share.Count, .. normal.SampleShape.Sizes]);
        Trainer.Run(new("test", network.Parameters, new LearningRateSchedule(1e-3, 10, Steps, 0.1), share,
            step => normal.Load(order[step], x), () => LisLosses.Error(network.Forward(x), x).Mean(), Clip: clip), ranks: ranks);
        float[][] values = [.. network.Parameters.Select(p => p.Value.Value.ToArray())];
        foreach (var (_, parameter) in network.Parameters)
        {
            parameter.Dispose();
        }

        return values;
    }

    private sealed class Cancel(int at, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == at)
            {
                source.Cancel();
            }
        }
    }
}
