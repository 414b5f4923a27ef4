namespace LisNative;

/// <summary>
/// Nearest neighbours (Ramaswamy, Rastogi, Shim 2000): the score is the distance from the k-th nearest normal sample. Of many samples a
/// coreset is kept, so chosen that none lies far from it (k-centre, Gonzalez 1985; as PatchCore does: Roth et al. 2022), among 65,536 drawn
/// at random where there are more.
/// </summary>
public sealed record NearestNeighboursOptions : DetectorOptions
{
    /// <summary>k.</summary>
    public int Neighbours { get; init; } = 5;

    /// <summary>Samples kept at most: scoring compares with every one.</summary>
    public int Samples { get; init; } = 8192;

    internal override void Check()
    {
        base.Check();
        Require(Neighbours is >= 1 and <= 1000, Neighbours, "from 1 to 1000");
        Require(Samples >= Neighbours, Samples, $"at least {Neighbours} (neighbours)");
    }

    internal override string MethodName => NearestNeighbours.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        RequireRoom(plan, Math.Min(Samples, plan.Count));
        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => NearestNeighbours.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        NearestNeighbours.Load(device, sample, file, Neighbours);
}
