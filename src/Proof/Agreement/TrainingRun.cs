using LisNative.Data;
using LisNative.Distributed;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Proof.Proofs;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Proof.Agreement;

/// <summary>
/// The same training run on a device and on the CPU: what differs is rounding. With tanh it stays small. A LeakyReLU whose input is rounded
/// to the other side of zero changes the gradient at once, so that two runs part, whatever rounds them: also two of the CPU, whose weights
/// began one part in a million apart. A device that sums in the order specified is held to the bits of <see cref="Device.Naive"/>.
/// </summary>
public static class TrainingRun
{
    private const ulong DigitsStream = 1, BatchesStream = 2, WeightsStream = 3, MovesStream = 4, NextStream = 0;
    private const double Least = 1e-4, Moved = 1e-6, Apart = 4;

    private static readonly string[] Activations = ["tanh", "LeakyReLU"];

    /// <summary>The peers' net «mnist», on generated stroke digits.</summary>
    internal static Architecture Mnist { get; } = new([1, 28, 28], 32, 64, 64);

    /// <summary>
    /// For every parameter after the given number of steps of phase 1 with Adam, for the net with tanh for every LeakyReLU and for the net
    /// as it is: ‖device − cpu‖ / ‖cpu‖, at most 1e-4 or four times the distance of a run of the CPU from moved weights; 0 where sums are
    /// in order.
    /// </summary>
    internal static IEnumerable<(string Case, Outcome Outcome)> Compare(
        Device device, Architecture architecture, int batch, int steps, ulong seed) =>
        from activation in Activations
        let smooth = activation == Activations[0]
        let ordered = device.Backend.Info.SumsInOrder && device != Device.Naive
        let cpu = Train(ordered ? Device.Naive : Device.Cpu, architecture, batch, steps, seed, smooth)
        let moved = ordered ? null : Train(Device.Cpu, architecture, batch, steps, seed, smooth, Moved)
        let run = Train(device, architecture, batch, steps, seed, smooth)
        from name in cpu.Keys
        select ($"{steps} steps of training with {activation}: {name}",
            new Outcome(Distance(run[name], cpu[name]), moved is null ? 0 : Math.Max(Least, Apart * Distance(moved[name], cpu[name]))));

    private static Dictionary<string,
        float[]> Train(Device device, Architecture architecture, int batch, int steps, ulong seed, bool smooth, double moved = 0)
    {
        using var scope = new Scope();
        var random = new Philox(seed);
        var digits = StrokeDigits.Digits(4 * batch, random.FoldIn(DigitsStream));
        var order = new BatchOrder(digits.Count, batch, random.FoldIn(BatchesStream));
        var weights = random.FoldIn(WeightsStream);
        using Module network = smooth ? WithTanh(device, architecture, weights) : Leaky(device, architecture, weights, digits.Mean());
        Move(network, moved, random.FoldIn(MovesStream));
        var x = device.Empty([batch, .. architecture.Sample.Sizes]);
        Trainer.Run(new(
            "agreement", network.Parameters, new LearningRateSchedule(1e-3, steps, steps, 1), BatchSlice.Whole(batch),
            step => digits.Load(order[step], x), () => LisLosses.Error(network.Forward(x), x).Mean()));
        return network.Parameters.ToDictionary(p => p.Name, p => p.Value.Value.ToArray());
    }

    private static Autoencoder Leaky(Device device, Architecture architecture, Philox random, double mean)
    {
        var network = Autoencoder.Create(device, architecture, random);
        network.SetOutputMean(mean);
        return network;
    }

    /// <summary>The layers of <see cref="Autoencoder"/> with tanh for LeakyReLU.</summary>
    private static Sequential WithTanh(Device device, Architecture a, Philox random)
    {
        ConvGeometry halving = new(2, 1), same = new(1, 1);
        var (he, glorot) = (Initialisers.He(Autoencoder.Slope), Initialisers.Glorot);
        return new(
            ("conv1", new Conv2d(device, a.Sample[0], a.Width1, 4, halving, he, random.FoldIn(LayerStreams.Encoder1), Activation.Tanh)),
            ("conv2", new Conv2d(device, a.Width1, a.Width2, 4, halving, he, random.FoldIn(LayerStreams.Encoder2), Activation.Tanh)),
            ("flatten", new Lambda(x => x.Flatten())),
            ("latent", new Linear(device, a.Features, a.Latent, glorot, random.FoldIn(LayerStreams.Latent), Activation.Tanh)),
            ("expand", new Linear(device, a.Latent, a.Features, he, random.FoldIn(LayerStreams.Decoder1), Activation.Tanh)),
            ("unflatten", new Lambda(x => x.Reshape(-1, a.Width2, a.Inside.Height, a.Inside.Width))),
            ("deconv1", new ConvTranspose2d(
            device, a.Width2, a.Width1, 4, halving, he, random.FoldIn(LayerStreams.Decoder2), Activation.Tanh)),
            ("deconv2", new ConvTranspose2d(
            device, a.Width1, a.Width1, 4, halving, he, random.FoldIn(LayerStreams.Decoder3), Activation.Tanh)),
            ("conv3", new Conv2d(device, a.Width1, a.Sample[0], 3, same, glorot, random.FoldIn(LayerStreams.Decoder4),
            Activation.Sigmoid)));
    }

    /// <summary>Multiplies every weight by 1 + <paramref name="by"/>·N(0, 1).</summary>
    private static void Move(Module network, double by, Philox random)
    {
        foreach (var (_, parameter) in network.Parameters)
        {
            random = random.FoldIn(NextStream);
            var device = parameter.Value.Device;
            using var moved = device.From(
                [.. parameter.Value.ToArray().Select((w, i) => (float)(w * (1 + (by * random.Normal((ulong)i)))))], parameter.Value.Shape);
            device.Backend.Copy(moved, parameter.Value);
        }
    }

    private static double Distance(float[] x, float[] cpu) => Norm(x.Zip(cpu, (a, b) => a - b)) / Norm(cpu);

    private static double Norm(IEnumerable<float> x) => Math.Sqrt(x.Sum(v => (double)v * v));
}
