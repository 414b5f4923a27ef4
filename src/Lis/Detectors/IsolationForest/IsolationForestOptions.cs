namespace LisNative;

/// <summary>
/// The isolation forest (Liu, Ting, Zhou 2008): random trees cut random elements at random places; what few cuts isolate is anomalous. The
/// score is 2^(−mean depth / c(ψ)).
/// </summary>
public sealed record IsolationForestOptions : DetectorOptions
{
    /// <summary>A tree of these has 2²⁴ nodes, as many as single precision counts.</summary>
    private const int MostSamples = 1 << 23;

    /// <summary>Number of trees.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>ψ, samples that each tree is grown from, or all if there are fewer.</summary>
    public int Samples { get; init; } = 256;

    internal override void Check()
    {
        base.Check();
        Require(Trees is >= 1 and <= 100_000, Trees, "from 1 to 100000");
        Require(Samples is >= 2 and <= MostSamples, Samples, $"from 2 to {MostSamples}");
    }

    internal override string MethodName => IsolationForest.Name;

    internal override Model Learn(FitContext context) => IsolationForest.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => IsolationForest.Load(sample, file);
}
