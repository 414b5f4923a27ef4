namespace LisNative;

/// <summary>
/// Empirical cumulative distributions (Li, Zhao, Hu, Botta, Ionescu, Chen 2022): for each number of a sample, −log of the share of normal
/// samples that lie at most so low, and of those that lie at least so high, the sample itself counted in with them. The score is the
/// greatest of three sums over the numbers: of lower tails, of upper tails, and of the tail to which each number's distribution is skewed.
/// A number is looked at by itself: what is unusual only together is not seen.
/// </summary>
public sealed record EcodOptions : DetectorOptions
{
    internal override string MethodName => Ecod.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        RequireRoom(plan, plan.Count, "", "smaller ones (--size) or fewer help");
        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => Ecod.Fit(context);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => Ecod.Load(device, sample, file);
}
