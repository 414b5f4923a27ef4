using LisNative.Numerics;

namespace LisNative;

/// <summary>
/// The linear autoencoder in closed form: x̂ = x̄ + U_r·U_rᵀ·(x − x̄) with the r leading principal components (paper, section 4.1); scored
/// by ‖x̂ − x‖₂.
/// </summary>
public sealed record LinearAutoencoderOptions : DetectorOptions
{
    /// <summary>
    /// r, components kept; where the normal data have no more directions than that, half of those they have: all would leave nothing but
    /// rounding to score by.
    /// </summary>
    public int Rank { get; init; } = 16;

    internal override void Check()
    {
        base.Check();
        Require(Rank >= 1, Rank, "at least 1");
    }

    internal override string MethodName => LinearAutoencoder.Name;

    internal override Model Learn(FitContext context) => LinearAutoencoder.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        Subspace.Load(LinearAutoencoder.Name, device, sample, file);
}
