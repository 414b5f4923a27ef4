using LisNative.Models;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// The variational autoencoder (Kingma, Welling 2014): a normal code under a standard-normal prior; scored by the reconstruction from the
/// code's mean.
/// </summary>
public sealed record VaeOptions : AutoencoderOptions
{
    /// <summary>Weight of the divergence against the squared error: 2·s² for a decoder of variance s².</summary>
    public double Divergence { get; init; } = 0.5;

    internal override void Check()
    {
        base.Check();
        Require(Divergence >= 0, Divergence, "at least 0");
    }

    internal override string MethodName => "vae";

    internal override Bottleneck CreateBottleneck(Device device, Philox? random) =>
        new SamplingBottleneck(Latent, Divergence, random ?? default);

    /// <summary>mean ‖x̂ − x‖₂²: a Gaussian likelihood.</summary>
    internal override Var Loss(Var reconstruction, Var x) => (reconstruction - x).Square().Sum() / x.Shape[0];
}
