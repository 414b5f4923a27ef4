namespace LisNative;

/// <summary>
/// AnoGAN after Schlegl et al. 2019 (f-AnoGAN): a Wasserstein GAN with gradient penalty learns to generate normal data from noise; then an
/// encoder learns to find the noise that generates a given sample. The score is the mean squared error of that sample generated anew.
/// </summary>
public sealed record AnoGanOptions : AutoencoderOptions
{
    /// <summary>The authors' sizes and rates.</summary>
    public AnoGanOptions() => (Latent, Batch, Rate1, Epochs1, WarmUp) = (128, 64, 1e-4, 100, 0);

    /// <summary>Steps of the critic for each of the generator.</summary>
    public int CriticSteps { get; init; } = 5;

    /// <summary>Weight of the gradient penalty (Gulrajani et al. 2017).</summary>
    public double Penalty { get; init; } = 10;

    /// <summary>Passes over the normal data to train the encoder.</summary>
    public int Epochs2 { get; init; } = 50;

    /// <summary>Learning rate of the encoder.</summary>
    public double Rate2 { get; init; } = 5e-5;

    /// <summary>κ, weight of the distance between the critic's features of a sample and of its reconstruction.</summary>
    public double Kappa { get; init; } = 1;

    /// <summary>Whether the score counts the distance between the critic's features, too: the method anogan-fm, else anogan.</summary>
    public bool MatchesFeatures { get; init; }

    internal override string MethodName => MatchesFeatures ? AnoGan.Matching : AnoGan.Image;

    internal override string? InName => nameof(MatchesFeatures);

    internal override DetectorOptions For(string method) => this with { MatchesFeatures = method == AnoGan.Matching };

    internal override void Check()
    {
        base.Check();
        Require(Epochs1 is not null, double.NaN,
            "a number, for adversaries have no loss that could say when they are done", nameof(Epochs1));
        Require(CriticSteps is >= 1 and <= 1000, CriticSteps, "from 1 to 1000");
        Require(Penalty >= 0, Penalty, "at least 0");
        Require(Epochs2 >= 1, Epochs2, "at least 1");
        Require(Rate2 > 0, Rate2, "above 0");
        Require(Kappa >= 0, Kappa, "at least 0");
    }

    internal override int MostEpochs => Math.Max(Epochs1 ?? 0, Epochs2);

    internal override bool TrainsUntilConvergence => false;

    internal override Model Learn(FitContext context) => AnoGan.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        AnoGan.Load(device, LoadNetwork(device, sample, file), file, this);
}
