using LisNative.Random;
using LisNative.Training;

namespace LisNative.Models;

/// <summary>
/// The variational code (Kingma, Welling 2014): the latent layer gives mean μ and ln σ² of a normal; training decodes a draw from it and
/// pays KL(N(μ, σ²) ‖ N(0, 1)); scoring decodes μ.
/// </summary>
internal sealed class SamplingBottleneck(int size, double weight, Philox random) : Bottleneck
{
    private const double SmallKl = 0.01;

    private Tensor? noise;

    /// <inheritdoc/>
    public override int Inputs => 2;

    /// <inheritdoc/>
    public override (Var Code, Var? Penalty) Pass(Var latent)
    {
        var (mean, logVariance) = Split(latent);
        return (mean + ((logVariance * 0.5).Exp() * noise!), Divergence(mean, logVariance).Sum([1]).Mean() * weight);
    }

    /// <inheritdoc/>
    public override Var Forward(Var x) => Split(x).Mean;

    internal override void BeginTraining(BatchFeeder feeder) => noise = feeder.Noise(Distribution.Normal, random, [size]);

    internal override string? Collapse(Var latent)
    {
        var (mean, logVariance) = Split(latent);
        double most = Divergence(mean, logVariance).Mean([0]).Value.ToArray().Max();
        return most < SmallKl
            ? $"no latent value differs from its prior (KL {most:G2}), so the code says nothing about the input; a lower weight of the "
            + "divergence may help" : null;
    }

    /// <summary>½(σ² + μ² − 1 − ln σ²), element by element.</summary>
    private static Var Divergence(Var mean, Var logVariance) => (logVariance.Exp() + mean.Square() - 1 - logVariance) * 0.5;

    private (Var Mean, Var LogVariance) Split(Var latent) => (latent.Slice(1, 0, size), latent.Slice(1, size, size).Clamp(-30, 20));
}
