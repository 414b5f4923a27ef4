namespace LisNative;

/// <summary>
/// The local outlier factor (Breunig, Kriegel, Ng, Sander 2000), of new samples among normal ones: the mean local reachability density of
/// the k nearest normal samples over that of the sample itself, about 1 where it lies as densely as they do. Of many samples a coreset is
/// kept, as for <see cref="NearestNeighboursOptions"/>, whose spread is then what densities are compared with.
/// </summary>
public sealed record LocalOutlierFactorOptions : DetectorOptions
{
    /// <summary>k; one less than the samples kept where that is fewer.</summary>
    public int Neighbours { get; init; } = 20;

    /// <summary>Samples kept at most: scoring compares with every one.</summary>
    public int Samples { get; init; } = 8192;

    internal override void Check()
    {
        base.Check();
        Require(Neighbours is >= 1 and <= 1000, Neighbours, "from 1 to 1000");
        Require(Samples > Neighbours, Samples, $"more than {Neighbours} (neighbours)");
    }

    internal override string MethodName => LocalOutlierFactor.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        RequireRoom(plan, Math.Min(Samples, plan.Count));
        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => LocalOutlierFactor.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        LocalOutlierFactor.Load(device, sample, file, Neighbours);
}
