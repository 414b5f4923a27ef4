using LisNative.Data;

namespace LisNative.Tests.Detectors;

/// <summary>A model that has learnt nothing raises no exception: each way to collapse is brought about and must be named.</summary>
public sealed class CollapseTests
{
    private static readonly Dataset Normal = Bars.Horizontal(256, 31);

    public static TheoryData<string, DetectorOptions> Ways => new()
    {
        { "saturated at ±1", new AutoencoderOptions
            { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 4, WarmUp = 0, Rate1 = 3 } },
        { "the hyper-sphere has collapsed", new DeepSvddOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 1, Epochs2 = 20, Rate2 = 0.01, Decay = 100 } },
        { "the memory answers every input with one of its", new MemAeOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 20, Entropy = 1000, Rate1 = 0.01 } },
        { "the memory answers only 0 % of the inputs", new MemAeOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 1, Shrinkage = 99 } },
        { "no latent value differs from its prior", new VaeOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 20, Divergence = 100 } },
        { "lie on flat parts of the staircase", new RepNnOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 1, Steepness = 10000 } },
        { "times as well as an untrained one", new AutoencoderOptions
        { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 1, Rate1 = 1e-9 } },
        { "training did not move", new AutoencoderOptions { Width1 = 8, Width2 = 8, Latent = 4, Batch = 32, Epochs1 = 1, Rate1 = 1e-30 } },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_collapse_is_named(string expected, DetectorOptions options)
    {
        using var detector = options.FitOn(Normal);
        Assert.Contains(detector.Health!.Warnings, w => w.Contains(expected, StringComparison.Ordinal));
    }

    public static TheoryData<DetectorOptions> OfEqualSamples =>
        [new LinearAutoencoderOptions(), new KernelDensityOptions(), new OneClassSvmOptions(), new AutoencoderOptions { Epochs1 = 1 }];

    [Theory]
    [MemberData(nameof(OfEqualSamples))]
    public void Equal_samples_and_equal_scores_are_named(DetectorOptions options)
    {
        var equal = new Dataset("equal", [1, 8, 8], new byte[64 * 100], new int[100]);
        using var detector = options.FitOn(equal);
        Assert.Single(detector.Health!.Warnings, w => w.Contains("all samples are equal", StringComparison.Ordinal));
        Assert.Contains(detector.Health.Warnings, w => w.Contains("of the scores are distinct", StringComparison.Ordinal));
    }
}
