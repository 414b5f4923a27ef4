using LisNative.Cpu;
using LisNative.Distributed;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Tests.Detectors;
using LisNative.Training;

namespace LisNative.Tests.Reliability;

/// <summary>Work that never ends needs no more memory than work that has begun.</summary>
[Collection<Alone>]
public sealed class SoakTests : IDisposable
{
    /// <summary>Rounds until the code that scores has been compiled for good.</summary>
    private const int WarmUp = 20;

    private readonly Device device = new("soaked", new CpuBackend<Lane256>(2));

    public void Dispose() => device.Dispose();

    [Fact]
    public void Scores_take_no_memory()
    {
        using var detector = Detector.Fit(
            device, Bars.Horizontal(256, 1), Bars.Diagonal(128, 2), new LisOptions
            { Width1 = 8, Width2 = 8, Latent = 4, Epochs1 = 1, Epochs2 = 1, Batch = 32, NegativePool = 128 },
            cancellation: TestContext.Current.CancellationToken);
        float[] samples = Bars.Vertical(100, 3).ToFloats(), scores = new float[100];
        int size = samples.Length / scores.Length, wanted = Scale.Of(20_000, 1_000_000), done = 0;
        for (int i = 0; i < WarmUp; i++)
        {
            Round();
        }

        float[] expected = [.. scores];
        var before = Memory();
        long allocated = GC.GetAllocatedBytesForCurrentThread(), process = 0;
        for (; done < wanted; done += scores.Length)
        {
            Round();
            process = done == wanted / 2 ? Process(ref allocated) : process;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal(expected, scores);
        Assert.Equal(before, Memory());
        Scale.Reached("scores without allocation", ("scores", done), ("process grew in the second half, KiB", Growth(process)));

        void Round()
        {
            for (int i = 0; i < scores.Length / 2; i++)
            {
                scores[i] = detector.Score(samples.AsSpan(i * size, size));
            }

            detector.Score(samples.AsSpan(scores.Length / 2 * size), scores.AsSpan(scores.Length / 2));
        }
    }

    [Fact]
    public void Steps_of_training_take_no_native_memory_and_little_managed()
    {
        const int LeastSteps = 100, MostBytesPerStep = 4096;
        int steps = Scale.Of(1000, 10_000);
        var digits = Bars.Horizontal(256, 1);
        using var network = Autoencoder.Create(device, new([1, 8, 8], 8, 8, 4), new Philox(1));
        using var x = device.Empty([32, 1, 8, 8]);
        var order = new BatchOrder(digits.Count, 32, new Philox(2));
        using var work = new TrainingStep(
            new("soak", network.Parameters, new LearningRateSchedule(1e-3, 10, steps, 0.1), BatchSlice.Whole(32),
            step => digits.Load(order[step], x), () => LisLosses.Error(network.Forward(x), x).Mean()));
        for (int step = 0; step < LeastSteps; step++)
        {
            work.Step(step);
        }

        var before = Memory();
        long process = 0, allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int step = LeastSteps; step < steps; step++)
        {
            work.Step(step);
            process = step == steps / 2 ? Process(ref allocated) : process;
        }

        Assert.Equal(before, Memory());
        long each = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (steps - LeastSteps);
        Assert.InRange(each, 0, MostBytesPerStep);
        Assert.True(work.Losses[^1] < work.Losses[0]);
        Scale.Reached("training steps in flat memory", ("steps", steps), ("managed bytes a step, all of them returned", each),
            ("process grew in the second half, KiB", Growth(process)));
    }

    [Fact]
    public void Training_holds_no_more_tensors_however_long_it_runs()
    {
        const int Early = 100, Late = 10_100, BytesAStep = 50, Most = BytesAStep * (Late - Early);
        using var network = Autoencoder.Create(device, new([1, 8, 8], 4, 8, 3), new Philox(1));
        using var x = device.Full([6, 1, 8, 8], 0.3);
        var held = new Dictionary<int, long>();
        void Load(int step)
        {
            if (step is Early or Late)
            {
                held[step] = Settled();
            }
        }

        long Growth()
        {
            Trainer.Run(new("test", network.Parameters, new LearningRateSchedule(1e-3, 10, Late + 1, 0), BatchSlice.Whole(1), Load,
                () => LisLosses.Error(network.Forward(x), x).Mean()), cancellation: TestContext.Current.CancellationToken);
            return held[Late] - held[Early];
        }

        // Something else may have let go of memory meanwhile, as shared pools of arrays do after a while, or taken some: once. What
        // training holds is held by every training.
        long growth = Growth();
        growth = Math.Abs(growth) > Most ? Growth() : growth;

        // One handle kept a step is about 200 bytes; in so many steps that is far more than what comes and goes beside.
        Assert.InRange(growth, -Most, Most);
    }

    /// <summary>Since half of the work was done: less than 8 bytes a score. In short runs other tests use the same process.</summary>
    private static long Growth(long before)
    {
        long ignored = 0, growth = Process(ref ignored) - before;
        Assert.True(!Scale.IsLong || growth < 4096, $"it grew by {growth} KiB");
        return growth;
    }

    /// <summary>KiB that the process has, garbage aside; to ask costs bytes that are not counted.</summary>
    private static long Process(ref long allocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        long size = Environment.WorkingSet / 1024;
        allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        return size;
    }

    /// <summary>What the device has taken from the operating system, and what is lent.</summary>
    private (int Allocations, long Bytes, int Lent) Memory() => (device.Pool.Allocations, device.Pool.Bytes, device.Pool.Lent);

    /// <summary>Managed bytes once what other tests left to finalisers is gone.</summary>
    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
