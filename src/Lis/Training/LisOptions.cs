namespace LisNative.Training;

/// <summary>
/// Everything the paper varies, and what it leaves open. The defaults suit 28×28 glyphs; each is this project's choice where the
/// paper gives none (docs/paper-gaps.md).
/// </summary>
public sealed record LisOptions
{
    /// <summary>Channels of the outer convolutions (units for vectors).</summary>
    public int Width1 { get; init; } = 32;

    /// <summary>Channels of the inner convolutions (units for vectors).</summary>
    public int Width2 { get; init; } = 64;

    /// <summary>Size z of the latent layer.</summary>
    public int Latent { get; init; } = 16;

    /// <summary>β, weight of the negative term of equation (1).</summary>
    public double Beta { get; init; } = 1;

    /// <summary>γ, the reconstruction error wanted for negatives, in units of the per-sample L2 norm; null for three times the error of the mean normal sample.</summary>
    public double? Gamma { get; init; }

    /// <summary>LinSep (section 4.2): weight of the binary cross-entropy on the latent pre-activation in phase 1; 0 leaves it out.</summary>
    public double LinSep { get; init; }

    /// <summary>Passes over the normal data in the feature-extraction phase.</summary>
    public int Epochs1 { get; init; } = 20;

    /// <summary>Passes over the normal data in the latent-shaping phase.</summary>
    public int Epochs2 { get; init; } = 20;

    /// <summary>Samples a step, and as many negatives in phase 2.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Peak learning rate of phase 1.</summary>
    public double Rate1 { get; init; } = 1e-3;

    /// <summary>Peak learning rate of phase 2.</summary>
    public double Rate2 { get; init; } = 1e-3;

    /// <summary>Steps over which the learning rate rises; against the saturation of the latent layer's tanh.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>Negatives prepared for phase 2 at most, augmented ones included.</summary>
    public int NegativePool { get; init; } = 16384;

    /// <summary>Whether negatives are augmented by blur, crops and flips; images only.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Share of the normal data held out to choose the threshold.</summary>
    public double HeldOut { get; init; } = 0.1;

    /// <summary>Decides weights, orders and augmentation.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="Layers.InputException">A setting is out of its range.</exception>
    public LisOptions Checked()
    {
        Require(Batch >= 1, nameof(Batch), "at least 1", Batch);
        Require(Epochs1 >= 1, nameof(Epochs1), "at least 1", Epochs1);
        Require(Epochs2 >= 0, nameof(Epochs2), "at least 0", Epochs2);
        Require(Rate1 > 0, nameof(Rate1), "above 0", Rate1);
        Require(Rate2 > 0, nameof(Rate2), "above 0", Rate2);
        Require(Beta >= 0, nameof(Beta), "at least 0", Beta);
        Require(Gamma is null or > 0, nameof(Gamma), "above 0", Gamma ?? 0);
        Require(LinSep >= 0, nameof(LinSep), "at least 0", LinSep);
        Require(HeldOut is >= 0 and < 1, nameof(HeldOut), "in [0, 1)", HeldOut);
        Require(WarmUp >= 0, nameof(WarmUp), "at least 0", WarmUp);
        Require(NegativePool >= Batch, nameof(NegativePool), $"at least a batch of {Batch}", NegativePool);
        return this;
    }

    private static void Require(bool holds, string name, string expected, double found)
    {
        if (!holds)
        {
            throw new Layers.InputException(name, FormattableString.Invariant($"expected {expected}, found {found}"));
        }
    }
}
