using LisNative.Numerics;

namespace LisNative;

/// <summary>
/// Robust principal components (Candès, Li, Ma, Wright 2011, principal component pursuit): the normal data are split into a low-rank and a
/// sparse part, min ‖L‖_* + λ‖S‖₁ with L + S = X, so that gross errors among them do not turn the plane; a sample is scored by its distance
/// from the plane of L.
/// </summary>
public sealed record RobustPcaOptions : DetectorOptions
{
    /// <summary>λ as a multiple of 1/√max(samples, length); more leaves less to the sparse part.</summary>
    public double Sparsity { get; init; } = 1;

    /// <summary>Components of L kept at most; where those hold all of the normal data, half of as many as do.</summary>
    public int Rank { get; init; } = 32;

    internal override void Check()
    {
        base.Check();
        Require(Sparsity > 0, Sparsity, "above 0");
        Require(Rank >= 1, Rank, "at least 1");
    }

    internal override string MethodName => RobustPca.Name;

    internal override Model Learn(FitContext context) => RobustPca.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => Subspace.Load(RobustPca.Name, device, sample, file);
}
