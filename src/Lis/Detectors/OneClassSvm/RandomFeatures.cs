using LisNative.Random;

namespace LisNative.Numerics;

/// <summary>
/// Random Fourier features of the kernel exp(−γ‖x − y‖²) (Rahimi, Recht 2007): z(x) = √(2/D)·cos(xW + b), W normal of variance 2γ, b
/// uniform in [0, 2π), so
/// that z(x)·z(y) ≈ k(x, y) within O(1/√D).
/// </summary>
internal sealed class RandomFeatures(Tensor weight, Tensor offset)
{
    private const ulong Weights = 0, Offsets = 1;

    /// <summary>What a file keeps.</summary>
    internal (string Name, Tensor Value)[] State => [("features.weight", weight), ("features.offset", offset)];

    /// <summary>Reads a number of features of samples of a known length.</summary>
    /// <exception cref="InputException">They are missing or of another size.</exception>
    internal static RandomFeatures Load(Device device, SafeTensors file, int length, int count)
    {
        Shape weights = [length, count], offsets = [count];
        return new(device.From(file.Get("features.weight", weights).ToFloats(), weights),
            device.From(file.Get("features.offset", offsets).ToFloats(), offsets));
    }

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

    /// <summary>z of rows [m, d]: [m, D].</summary>
    internal Var Transform(Var rows) => (Var.MatMul(rows, weight) + offset).Cos() * Math.Sqrt(2.0 / weight.Shape[1]);
}
