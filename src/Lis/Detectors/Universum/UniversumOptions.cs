using LisNative.Numerics;

namespace LisNative;

/// <summary>
/// Inference with the universum (Weston, Collobert, Sinz, Bottou, Vapnik 2006) for one class: a machine f, linear in random Fourier
/// features of the kernel exp(−γ‖x − y‖²), that is to be at least 1 on normal data and to contradict itself on the negatives, the
/// universum, where |f| is to be at most ε; the score is 1 − f. Without a constant, since that would decide alone; far from all data f is
/// near 0.
/// </summary>
public sealed record UniversumOptions : DetectorOptions
{
    /// <summary>C, what errors on normal data count against ½‖w‖².</summary>
    public double C { get; init; } = 100;

    /// <summary>What errors on the universum count, in units of C.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>ε, the value of |f| on the universum up to which nothing is lost.</summary>
    public double Epsilon { get; init; } = 0.1;

    /// <summary>γ of the kernel; null for 1 / (d · variance of all elements), which needs no labels.</summary>
    public double? Gamma { get; init; }

    /// <summary>Random Fourier features.</summary>
    public int Features { get; init; } = 2048;

    /// <summary>Whether negatives are augmented by blur, crops and flips; images only.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Negatives prepared at most, augmented ones included.</summary>
    public int NegativePool { get; init; } = 16384;

    internal override void Check()
    {
        base.Check();
        Require(C > 0, C, "above 0");
        Require(Weight > 0, Weight, "above 0");
        Require(Epsilon is >= 0 and < 1, Epsilon, "in [0, 1)");
        Require(Gamma is null or > 0, Gamma, "above 0");
        Require(Features is >= 1 and <= 1_000_000, Features, "from 1 to 1000000");
        Require(NegativePool >= RandomFeatures.Batch, NegativePool, $"at least a batch of {RandomFeatures.Batch}");
    }

    internal override string MethodName => Universum.Name;

    internal override Model Learn(FitContext context) => Universum.Fit(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) => Universum.Load(device, sample, file, this);
}
