using System.Diagnostics;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Mpi.Simulation;

/// <summary>The training step of a net in one of its phases, on samples that lie ready.</summary>
/// <param name="Net">Its name.</param>
/// <param name="Architecture">Its sizes.</param>
/// <param name="Shaping">Whether it is phase 2, which trains the latent layer alone, from the encoder's stored output.</param>
internal sealed record Workload(string Net, Architecture Architecture, bool Shaping)
{
    private const int WarmUp = 5;

    /// <summary>As people name it.</summary>
    internal string Name => $"{Net}, phase {(Shaping ? 2 : 1)}";

    /// <summary>Measures one rank of so many, alone: medians over the steps.</summary>
    internal StepTimes Alone(Device device, int batch, int ranks, int steps)
    {
        using var notes = new NoteTaker(ranks);
        StepTimes[] all = Run(device, notes.SliceOf(batch), notes, mayShare: false, steps, notes.Note);
        double Median(Func<StepTimes, double> part) => all.Select(part).Order().ElementAt(steps / 2);
        return new(Median(s => s.Backward), Median(s => s.After), [.. all[0].Buckets.Select((b, i) => (Median(s => s.Buckets[i].Ready), b.Bytes))]);
    }

    /// <summary>Seconds of a step that ranks really take together, or one alone: the median.</summary>
    /// <param name="device">Where.</param>
    /// <param name="batch">Samples of a step, of all ranks together.</param>
    /// <param name="ranks">The others; null for one alone.</param>
    /// <param name="steps">How many are measured.</param>
    /// <param name="mayShare">Whether ranks on one machine share memory, as they do in training; else they send messages, as between machines.</param>
    internal double Together(Device device, int batch, Communicator? ranks, int steps, bool mayShare) => Run(device, ranks?.SliceOf(batch) ?? BatchSlice.Whole(batch), ranks, mayShare, steps, step =>
    {
        long start = Stopwatch.GetTimestamp();
        step();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }).Order().ElementAt(steps / 2);

    /// <summary>Whether ranks have memory in common.</summary>
    internal static bool SharesMemory(Communicator ranks)
    {
        using var memory = ranks.Share(1);
        return memory is not null;
    }

    /// <summary>Measures all-reduces of rising sizes: bytes and median seconds.</summary>
    internal static IReadOnlyList<(double Bytes, double Seconds)> AllReduces(Communicator ranks)
    {
        const int Repeats = 31, Largest = 1 << 22;
        float[] values = GC.AllocateArray<float>(Largest / sizeof(float), pinned: true);
        nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(values, 0);
        return [.. new[] { 8, 1 << 14, 1 << 20, Largest }.Select(bytes => ((double)bytes, Enumerable.Range(0, Repeats).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            ranks.BeginSum(address, bytes / sizeof(float));
            ranks.Wait();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Order().ElementAt(Repeats / 2)))];
    }

    private T[] Run<T>(Device device, BatchSlice share, Communicator? ranks, bool mayShare, int steps, Func<Action, T> measure)
    {
        using var scope = new Memory.Scope();
        var network = Autoencoder.Create(device, Architecture, new Philox(1));
        using var step = new TrainingStep(Shaping ? Shape(device, network, share, steps) : Extract(device, network, share, steps), ranks, mayShare);
        for (int i = 0; i < WarmUp; i++)
        {
            step.Step(i);
        }

        return [.. Enumerable.Range(WarmUp, steps).Select(i => measure(() => step.Step(i)))];
    }

    private Phase Extract(Device device, Autoencoder network, BatchSlice share, int steps)
    {
        var x = Samples(device, share.Count);
        return new(Name, network.Parameters, Of(steps), _ => { }, () => LisLosses.Error(network.Forward(x), x).Mean(), Weight: share.Weight);
    }

    private Phase Shape(Device device, Autoencoder network, BatchSlice share, int steps)
    {
        network.SetTrainable(false);
        network.Latent.SetTrainable(true);
        var x = Samples(device, 2 * share.Count);
        using var noGrad = new NoGrad();
        var features = network.Encoder.Forward(x).Value;
        return new(Name, network.LatentParameters, Of(steps), _ => { }, () => LisLosses.LatentShaping(network.FromFeatures(features), x, share.Count, 1, 20), Weight: share.Weight);
    }

    private static LearningRateSchedule Of(int steps) => new(1e-3, 0, WarmUp + steps, 1);

    private Tensor Samples(Device device, int count)
    {
        var values = new float[count * Architecture.Sample.Count];
        var random = new Philox(2);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.Uniform((ulong)i);
        }

        return device.From(values, [count, .. Architecture.Sample.Sizes]);
    }
}
