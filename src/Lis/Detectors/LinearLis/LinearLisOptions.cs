namespace LisNative;

/// <summary>
/// The linear LIS-AE in closed form (paper, section 4.1): x̂ = x̄ + U_r·Eᵀ·(x − x̄) with the r leading principal components U_r of the
/// normal data and E = U_r + U_c·B. The columns of B are the directions, outside those components, in which negatives have most energy for
/// each of the normal data's. Scored by ‖x̂ − x‖₂ = √(‖Bᵀc‖² + ‖c‖²), c = U_cᵀ·(x − x̄). Without negatives B is 0.
/// </summary>
public sealed record LinearLisOptions : DetectorOptions
{
    /// <summary>r, components kept; where the normal data have no more directions than that, half of those they have.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>β, weight of the negative term of equation (1).</summary>
    public double Beta { get; init; } = 1;

    /// <summary>γ, the error wanted for negatives; null for three times that of the mean normal sample.</summary>
    public double? Gamma { get; init; }

    /// <summary>What is added to the normal data's variance in every direction, as a share of the mean outside U_r.</summary>
    public double Regularisation { get; init; } = 1e-3;

    internal override void Check()
    {
        base.Check();
        Require(Rank >= 1, Rank, "at least 1");
        Require(Beta >= 0, Beta, "at least 0");
        Require(Gamma is null or > 0, Gamma, "above 0");
        Require(Regularisation > 0, Regularisation, "above 0");
    }

    internal override string MethodName => LinearLis.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        RequireShort(
            plan, LinearLis.MostNumbers, "whose covariance is decomposed", "smaller ones (--size), features or patches help");
        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => LinearLis.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => LinearLis.Load(device, sample, file);
}
