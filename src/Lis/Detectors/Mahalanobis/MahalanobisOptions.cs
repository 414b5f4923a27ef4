using LisNative.Numerics;

namespace LisNative;

/// <summary>
/// One Gaussian of full covariance: the score is √((x − x̄)ᵀ·Σ⁻¹·(x − x̄)) (Mahalanobis 1936), with the covariance shrunk towards a
/// multiple of the identity by as much as its uncertainty asks for (Ledoit, Wolf 2004).
/// </summary>
public sealed record MahalanobisOptions : DetectorOptions
{
    /// <summary>From 0, the covariance as it is, to 1, none at all; null for Ledoit and Wolf's.</summary>
    public double? Shrinkage { get; init; }

    internal override void Check()
    {
        base.Check();
        Require(Shrinkage is null or (>= 0 and <= 1), Shrinkage, "from 0 to 1");
    }

    internal override string MethodName => Mahalanobis.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        RequireShort(plan, Whitening.MostNumbers, "whose covariance is formed");
        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => Mahalanobis.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => Mahalanobis.Load(device, sample, file);
}
