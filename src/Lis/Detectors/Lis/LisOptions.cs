using LisNative.Data;

namespace LisNative;

/// <summary>
/// The latent-insensitive autoencoder (Battikh, Lenskiy 2022): phase 1 trains an autoencoder on normal data; phase 2 freezes all but
/// its latent layer and lowers the error on normal data while raising it to γ on negative examples. Without negatives phase 2 is
/// left out. Here is everything the paper varies, and what it leaves open.
/// </summary>
public record LisOptions : AutoencoderOptions
{
    /// <summary>β, weight of the negative term of equation (1).</summary>
    public double Beta { get; init; } = 1;

    /// <summary>
    /// γ, the reconstruction error wanted for negatives, in units of the per-sample L2 norm. Null chooses: where phase 1 takes noise away,
    /// and the negatives are rows with noise, each has its own, its distance from the nearest normal sample; else it is three times the
    /// error of the mean normal sample, or 1 where all are equal.
    /// </summary>
    public double? Gamma { get; init; }

    /// <summary>
    /// The largest deviation of the noise that phase 1 learns to take away (denoising autoencoder; Vincent, Larochelle, Bengio, Manzagol
    /// 2008): each sample of each step has noise of its own deviation, a sixtieth of this at least, small and large ones alike by their
    /// ratio. Null for 3, in deviations of the columns, where rows of a table are learnt without LinSep, and else none.
    /// </summary>
    public double? Noise { get; init; }

    /// <summary>
    /// LinSep (section 4.2): weight of the binary cross-entropy on the latent pre-activation in phase 1; 0 leaves it out.
    /// </summary>
    public double LinSep { get; init; }

    /// <summary>
    /// Passes over the normal data in the latent-shaping phase, 0 to leave it out; null to train until held-out normal data and negatives
    /// gain no more.
    /// </summary>
    public int? Epochs2 { get; init; }

    /// <summary>Peak learning rate of phase 2.</summary>
    public double Rate2 { get; init; } = 1e-3;

    /// <summary>
    /// Negatives prepared at most, augmented ones included; of large images as many as have 134 million numbers together, or as many as are
    /// given.
    /// </summary>
    public int NegativePool { get; init; } = 16384;

    /// <summary>Whether negatives are augmented by blur, crops and flips; images only.</summary>
    public bool Augment { get; init; } = true;

    /// <summary>Share of the augmented negatives that are cropped.</summary>
    public double CropShare { get; init; } = Augmentation.CropShare;

    /// <summary>Side of the smallest crop, as a share of the image's: the smaller, the less a negative is like its class.</summary>
    public double SmallestCrop { get; init; } = Augmentation.SmallestCrop;

    internal override void Check()
    {
        base.Check();
        Require(Epochs2 is null or >= 0, Epochs2, "at least 0");
        Require(Rate2 > 0, Rate2, "above 0");
        Require(Beta >= 0, Beta, "at least 0");
        Require(Gamma is null or > 0, Gamma, "above 0");
        Require(Noise is null or >= 0, Noise, "at least 0");
        Require(LinSep >= 0, LinSep, "at least 0");
        Require(NegativePool >= Batch, NegativePool, $"at least a batch of {Batch}");
        Require(CropShare is >= 0 and <= 1, CropShare, "from 0 to 1");
        Require(SmallestCrop is > 0 and <= 1, SmallestCrop, "above 0, at most 1");
    }

    /// <summary>These settings with those that belong to phase 2 alone at fixed values: equal for two whose phase 1 is the same.</summary>
    /// <remarks>With LinSep negatives take part in phase 1, and so do their settings.</remarks>
    internal LisOptions WithoutPhase2() => LinSep > 0 ? this
        : this with
        {
            Beta = 0,
            Gamma = null,
            Epochs2 = 0,
            Rate2 = 1,
            NegativePool = Batch,
            Augment = false,
            CropShare = 0,
            SmallestCrop = 1,
        };

    internal override double NoiseIn(FitContext context) =>
        context.IsWhitened || context.Normal.Windows is not null ? Noise ?? 0 : NoiseFor(context.Normal.SampleShape);

    internal override bool WeighsNegatives(Shape sample) => Gamma is null && NoiseFor(sample) > 0;

    private double NoiseFor(Shape sample) => Noise ?? (sample.Rank == 1 && LinSep == 0 ? 3 : 0);

    internal override string MethodName => LinSep > 0 ? "linsep-lis-ae" : "lis-ae";

    internal override int MostEpochs => Math.Max(Epochs1 ?? 0, Epochs2 ?? 0);

    internal override bool TrainsUntilConvergence => Epochs1 is null && Epochs2 is null or 0;

    /// <summary>Whether a phase that learns from negatives needs some that are held out.</summary>
    internal bool SetsNegativesAside => Epochs2 is null || (LinSep > 0 && Epochs1 is null);

    internal override int PoolCount(TrainingPlan plan) =>
        Augmentation.PoolCount(plan.Negatives, Augment, NegativePool, plan.SliceOf(Batch).BatchSize);

    internal override bool StoresFeatures(TrainingPlan plan) => plan.HasNegatives && Epochs2 > 0;

    internal override Model Learn(FitContext context) => LisAutoencoder.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        LisAutoencoder.Load(device, LoadNetwork(device, sample, file), file);
}
