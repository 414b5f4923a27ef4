using LisNative.Layers;
using LisNative.Random;

namespace LisNative.Models;

/// <summary>
/// The memory of MemAE (Gong et al. 2019): the code is a sparse mixture of N learnt rows, ẑ = Σ ŵᵢ·mᵢ with w = softmax(z·mᵢ), each weight
/// at or below λ set to zero (their equation 7) and the rest scaled to sum to one; training pays the mixture's entropy. z passes the tanh
/// of the plain autoencoder: unbounded, it grows until the softmax is saturated and passes no gradient.
/// </summary>
internal sealed class MemoryBottleneck : Bottleneck
{
    private const double Tiny = 1e-12, Answered = 0.9, OneRow = 0.99;

    private readonly Parameter memory;
    private readonly double threshold, entropyWeight;

    /// <summary>
    /// Rows start as standard normals, so that addresses differ from the first step: near-equal weights would all lie below λ and pass no
    /// gradient.
    /// </summary>
    public MemoryBottleneck(Device device, int rows, int size, double threshold, double entropyWeight, Philox? random)
    {
        (this.threshold, this.entropyWeight) = (threshold, entropyWeight);
        var start = new float[rows * size];
        random?.Normals(start);
        memory = Add("memory", device.From(start, [rows, size]));
    }

    /// <inheritdoc/>
    public override (Var Code, Var? Penalty) Pass(Var latent)
    {
        var weights = Address(latent);
        var entropy = -(weights * (weights + Tiny).Log()).Sum([1]).Mean();
        return (Var.MatMul(weights, memory), entropy * entropyWeight);
    }

    internal override string? Collapse(Var latent)
    {
        var weights = Address(latent);
        int used = weights.Value.Max([0]).ToArray().Count(w => w > threshold);
        double mean = weights.Mean([0]).Value.ToArray().Max(), answered = weights.Sum([1]).Mean().Value.Item();
        return answered < Answered
            ? $"the memory answers only {answered:P0} of the inputs, since all weights of the others are shrunk to zero; a lower shrinkage "
            + "may help"
            : mean > OneRow ? $"the memory answers every input with one of its {used} rows, so the code says nothing about the input"
                : null;
    }

    /// <summary>ŵ, [batch, rows].</summary>
    private Var Address(Var latent)
    {
        var w = Var.MatMul(latent.Tanh(), memory.Transpose()).Softmax(1);
        var over = w - threshold;
        var shrunk = over.LeakyRelu(0) * w / (over.Abs() + Tiny);
        return Var.DivideOrZero(shrunk, shrunk.Sum([1], keep: true));
    }
}
