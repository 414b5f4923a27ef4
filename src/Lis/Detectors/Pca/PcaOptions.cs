namespace LisNative;

/// <summary>
/// Principal components as PyOD scores by them (Zhao, Nasrullah, Li 2019; after Shyu, Chen, Sarinnapakorn, Chang 2003): of a sample that is
/// standardised number by number, Σⱼ ‖x − vⱼ‖ / wⱼ over all unit vectors vⱼ of principal directions, taken as points, with the shares wⱼ
/// of the variance along them. A direction points to the side where the farthest normal sample lies, as scikit-learn had it before 1.5; for
/// one without variance the mean stands, and a share of 1e-12. The directions of least variance count most, and the score is much like a
/// distance from the mean; that from the plane of the leading components is <see cref="LinearAutoencoderOptions"/>.
/// </summary>
public sealed record PcaOptions : DetectorOptions
{
    internal override string MethodName => ComponentDistances.Name;

    internal override void CheckPlan(TrainingPlan plan)
    {
        RequireShort(plan, ComponentDistances.MostNumbers, "all of whose components are taken");
        base.CheckPlan(plan);
    }

    internal override Model Learn(FitContext context) => ComponentDistances.Fit(context);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => ComponentDistances.Load(device, sample, file);
}
