using LisNative.Models;

namespace LisNative;

/// <summary>
/// Deep support vector data description (Ruff et al. 2018, one-class objective): after autoencoder pre-training the encoder, without
/// biases, learns to map normal data near a centre c fixed beforehand; the score is ‖f(x) − c‖².
/// </summary>
public sealed record DeepSvddOptions : AutoencoderOptions
{
    /// <summary>With as many passes as before in both phases: nearness to a centre does not say when to stop.</summary>
    public DeepSvddOptions() => Epochs1 = 20;

    /// <summary>Passes over the normal data after pre-training.</summary>
    public int Epochs2 { get; init; } = 20;

    /// <summary>Peak learning rate after pre-training.</summary>
    public double Rate2 { get; init; } = 1e-4;

    /// <summary>Weight decay after pre-training.</summary>
    public double Decay { get; init; } = 5e-7;

    internal override void Check()
    {
        base.Check();
        Require(Epochs2 >= 1, Epochs2, "at least 1");
        Require(Rate2 > 0, Rate2, "above 0");
        Require(Decay >= 0, Decay, "at least 0");
    }

    /// <summary>Biases would let the network reach the centre without looking at its input (proposition 2 of the paper).</summary>
    internal override Architecture Architecture(Shape sample) => base.Architecture(sample) with { EncoderBias = false };

    internal override string MethodName => DeepSvdd.Name;

    internal override int MostEpochs => Math.Max(Epochs1 ?? 0, Epochs2);

    internal override bool TrainsUntilConvergence => false;

    internal override Model Learn(FitContext context) => DeepSvdd.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        DeepSvdd.Load(device, LoadNetwork(device, sample, file), file);
}
