using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Numerics;

/// <summary>
/// Random Fourier features of the kernel exp(−γ‖x − y‖²) (Rahimi, Recht 2007): z(x) = √(2/D)·cos(xW + b), W normal of variance 2γ, b
/// uniform in [0, 2π), so that z(x)·z(y) ≈ k(x, y) within O(1/√D).
/// </summary>
internal sealed class RandomFeatures(Tensor weight, Tensor offset)
{
    /// <summary>Rows of a step.</summary>
    internal const int Batch = 256;

    private const ulong Weights = 0, Offsets = 1;

    private const int Epochs = 10, LeastSteps = 1000;

    /// <summary>What a file keeps.</summary>
    internal (string Name, Tensor Value)[] State => [("features.weight", weight), ("features.offset", offset)];

    /// <summary>Reads a number of features of samples of a known length.</summary>
    /// <exception cref="InputException">They are missing or of another size.</exception>
    internal static RandomFeatures Load(Device device, SafeTensors file, int length, int count) => new(
        file.Get("features.weight", [length, count]).ToTensor(device), file.Get("features.offset", [count]).ToTensor(device));

    internal static RandomFeatures Draw(Device device, int length, int count, double gamma, Philox random)
    {
        var (weights, offsets) = (new float[length * count], new float[count]);
        random.FoldIn(Weights).Normals(weights);
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= (float)Math.Sqrt(2 * gamma);
        }

        for (int i = 0; i < count; i++)
        {
            offsets[i] = 2 * MathF.PI * random.FoldIn(Offsets).Uniform((ulong)i);
        }

        return new(device.From(weights, [length, count]), device.From(offsets, [count]));
    }

    /// <summary>The rates of ten passes; of more where samples are few.</summary>
    internal static LearningRateSchedule Schedule(BatchFeeder feeder) =>
        new(0.01, 0, Math.Max(LeastSteps, feeder.StepsPerEpoch * Epochs), 0.01);

    /// <summary>z of a batch of rows [n, d], written anew before every step.</summary>
    internal Tensor Feed(BatchFeeder feeder, Tensor rows, Philox random)
    {
        var order = feeder.Order(rows.Shape[0], random);
        var z = rows.Device.Empty([feeder.Slice.Count, weight.Shape[1]]);
        feeder.Before(step =>
        {
            using var scope = new Scope();
            using var noGrad = new NoGrad();
            z.CopyFrom(Transform(rows.Gather(order[step])).Value);
        });
        return z;
    }

    /// <summary>z of rows [m, d]: [m, D].</summary>
    internal Var Transform(Var rows) => (Var.MatMul(rows, weight) + offset).Cos() * Math.Sqrt(2.0 / weight.Shape[1]);
}
