using LisNative.Data.Synthetic;

namespace LisNative;

/// <summary>
/// What is advised where nothing is known of the data. Pictures get a LIS-AE, which is the method of the detector that comes of it. Vectors
/// get several, of other seeds, and the local outlier factor: the mean of what the networks see, and what the density of neighbours shows,
/// each in units of its own normal scores (docs/evidence/tables.md). Where no negatives are given, synthetic ones are made.
/// </summary>
public sealed record AutoOptions : DetectorOptions
{
    /// <summary>LIS-AEs of vectors.</summary>
    public int Networks { get; init; } = 3;

    /// <summary>Passes over the normal data in each phase of a network; null trains until held-out data gain no more.</summary>
    public int? Epochs { get; init; }

    internal override void Check()
    {
        base.Check();
        Require(Epochs is null or >= 1, Epochs, "at least 1");
        Require(Networks is >= 1 and <= 100, Networks, "from 1 to 100");
    }

    internal override string MethodName => JoinedModel.Name;

    internal override bool TrainsUntilConvergence => Epochs is null;

    internal override bool WeighsNegatives(Shape sample) => Members(sample)[0].WeighsNegatives(sample);

    internal override void CheckPlan(TrainingPlan plan)
    {
        foreach (var member in Members(plan.SampleShape))
        {
            member.CheckPlan(plan);
        }
    }

    internal override MemoryNeed Need(TrainingPlan plan) =>
        Members(plan.SampleShape).Select(member => member.Need(plan)).MaxBy(need => need.Least);

    internal override Model Learn(FitContext context)
    {
        if (context.Negatives is null)
        {
            var made = SyntheticNegatives.Make(
                context.Normal, SyntheticNegatives.Affordable(context.Normal, SyntheticNegatives.Usual),
                context.Random.FoldIn(Streams.MadeNegatives), SyntheticNegatives.Best(context.Normal));
            context = context with { Negatives = made, IsGraded = made.IsGraded };
        }

        return Members(context.Normal.SampleShape) is [var only] ? only.Fit(context) : JoinedModel.Fit(context, this);
    }

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        JoinedModel.Load(device, sample, file, this);

    /// <summary>The methods whose scores are joined: the networks, then the factor; of pictures one alone.</summary>
    internal IReadOnlyList<DetectorOptions> Members(Shape sample)
    {
        var network = new LisOptions { Seed = Seed, Epochs1 = Epochs, Epochs2 = Epochs };
        return sample.Rank > 1 ? [network]
            : [.. Enumerable.Repeat(network with { Width1 = 256, Width2 = 128 }, Networks), new LocalOutlierFactorOptions()];
    }
}
