using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Proof.Proofs;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Proof.Agreement;

/// <summary>The same training run on a device and on the CPU: what differs is rounding, and stays small.</summary>
public static class TrainingRun
{
    /// <summary>The peers' net «mnist», on generated stroke digits.</summary>
    public static Architecture Mnist { get; } = new([1, 28, 28], 32, 64, 64);

    /// <summary>
    /// For every parameter after the given number of steps of phase 1 with Adam: ‖device − cpu‖ / ‖cpu‖, at most 1e-4. The rate is low enough that no rounding is
    /// amplified by a unit at its kink or by Adam's division of small gradients.
    /// </summary>
    public static IEnumerable<(string Case, Outcome Outcome)> Compare(Device device, Architecture architecture, int batch, int steps, ulong seed)
    {
        var found = Train(device, architecture, batch, steps, seed);
        return Train(Device.Cpu, architecture, batch, steps, seed).Select(expected => (
            $"{steps} steps of training: {expected.Key}", new Outcome(Distance(found[expected.Key], expected.Value) / Norm(expected.Value), 1e-4)));
    }

    private static Dictionary<string, float[]> Train(Device device, Architecture architecture, int batch, int steps, ulong seed)
    {
        using var scope = new Scope();
        var random = new Philox(seed);
        var digits = StrokeDigits.Digits(4 * batch, random.Split(1));
        var order = new BatchOrder(digits.Count, batch, random.Split(2));
        using var network = Autoencoder.Create(device, architecture, random.Split(3));
        network.SetOutputMean(digits.Mean());
        var x = device.Empty([batch, .. architecture.Sample.Sizes]);
        Trainer.Run(new("agreement", network.Parameters, new Schedule(1e-3, steps, steps, 1), step => digits.Load(order[step], x), () => LisLosses.Error(network.Forward(x), x).Mean()));
        return network.Parameters.ToDictionary(p => p.Name, p => p.Value.Value.ToArray());
    }

    private static double Norm(float[] x) => Math.Sqrt(x.Sum(v => (double)v * v));

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());
}
