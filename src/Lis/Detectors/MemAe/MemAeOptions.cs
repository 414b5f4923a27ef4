using LisNative.Models;
using LisNative.Random;

namespace LisNative;

/// <summary>The memory-augmented autoencoder (Gong et al. 2019): it can only decode mixtures of what its memory holds.</summary>
public sealed record MemAeOptions : AutoencoderOptions
{
    /// <summary>N, rows of the memory.</summary>
    public int Memory { get; init; } = 100;

    /// <summary>λ, addressing weights up to which are set to zero, as a multiple of 1/N; the authors recommend 1 to 3.</summary>
    public double Shrinkage { get; init; } = 2;

    /// <summary>Weight of the mixture's entropy.</summary>
    public double Entropy { get; init; } = 2e-4;

    internal override void Check()
    {
        base.Check();
        Require(Memory >= 1, Memory, "at least 1");
        Require((long)Memory * Latent <= Array.MaxLength, Memory, $"at most {Array.MaxLength / Latent} rows of {Latent} numbers");
        Require((long)Memory * Batch <= Array.MaxLength, Memory, $"at most {Array.MaxLength / Batch} rows for batches of {Batch}");
        Require(Shrinkage >= 0 && Shrinkage < Memory, Shrinkage, $"at least 0 and below the memory's {Memory} rows");
        Require(Entropy >= 0, Entropy, "at least 0");
    }

    internal override string MethodName => "mem-ae";

    internal override Bottleneck CreateBottleneck(Device device, Philox? random) =>
        new MemoryBottleneck(device, Memory, Latent, Shrinkage / Memory, Entropy, random);
}
