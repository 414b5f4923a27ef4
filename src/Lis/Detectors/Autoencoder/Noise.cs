using LisNative.Random;

namespace LisNative.Training;

/// <summary>Noise that a denoising autoencoder is to take away from its batches.</summary>
internal static class Noise
{
    /// <summary>The smallest deviation, as a part of the largest.</summary>
    internal const double Least = 1.0 / 60;

    /// <summary>
    /// x + σ·ε of a batch x, anew for every step, of a held-out batch always the same: ε normal, and of each sample ln σ uniform up to a
    /// largest σ; x itself where that is 0.
    /// </summary>
    internal static Func<Var> Add(BatchFeeder feeder, Tensor x, double most, Philox random)
    {
        if (most == 0)
        {
            return () => x;
        }

        Shape sample = [.. x.Shape.Sizes[1..]];
        Var noise = feeder.Noise(Distribution.Normal, random.FoldIn(PhaseStreams.Noise), sample);
        Var size = feeder.Noise(Distribution.Uniform, random.FoldIn(PhaseStreams.NoiseSize), [.. Enumerable.Repeat(1, sample.Rank)]);
        return () => x + (noise * size.Affine(-Math.Log(Least), Math.Log(Least * most)).Exp());
    }
}
