namespace LisNative;

/// <summary>
/// Gaussian kernel density estimation (Parzen 1962): p(x) = 1/(n·(2πh²)^(d/2)) · Σⱼ exp(−‖x − xⱼ‖² / 2h²); the score is −ln p(x).
/// </summary>
public sealed record KernelDensityOptions : DetectorOptions
{
    /// <summary>h; null for the best mean log-likelihood in five-fold cross-validation over 2^−4.5 … 2^5 (20 values).</summary>
    public double? Bandwidth { get; init; }

    /// <summary>Share of the variance to keep, by principal components taken first; 1 works on the samples as they are.</summary>
    public double Variance { get; init; } = 1;

    /// <summary>Samples kept at most, drawn at random: scoring compares with every one.</summary>
    public int Samples { get; init; } = 20000;

    internal override void Check()
    {
        base.Check();
        Require(Bandwidth is null or > 0, Bandwidth, "above 0");
        Require(Variance is > 0 and <= 1, Variance, "in (0, 1]");
        Require(Samples >= 2, Samples, "at least 2");
    }

    internal override string MethodName => KernelDensity.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        if (Variance == 1)
        {
            RequireRoom(plan, Math.Min(Samples, plan.Count),
                help: "fewer (samples), smaller ones (--size) or their components (variance below 1) help");
        }

        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => KernelDensity.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => KernelDensity.Load(device, sample, file, Bandwidth);
}
