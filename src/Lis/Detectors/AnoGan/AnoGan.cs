using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// The networks of an AnoGAN. They are those of the autoencoder: the decoder is the generator G, trained against a critic D and then
/// frozen; encoder, latent layer and tanh are the encoder E, trained after it.
/// </summary>
internal sealed class AnoGan(Device device, Autoencoder network, Sequential critic, AnoGanOptions options)
    : ReconstructionModel(device, [.. Named(network), .. Named(critic, CriticName)])
{
    internal const string Image = "anogan", Matching = "anogan-fm", CriticName = "critic";

    private const string Contest = "generator against critic";

    internal override IReadOnlyList<string> ScoreNames { get; } = options.MatchesFeatures ? [Matching, Image] : [Image, Matching];

    /// <summary>
    /// The autoencoder's encoder, layer norm (batch norm would tie the samples of a batch together) and a linear output, whose bias would
    /// cancel. The names are those of model files.
    /// </summary>
    internal static Sequential CreateCritic(Device device, Architecture architecture, Philox? random = null) => new(
        ("features", new Sequential(
            ("encoder", Autoencoder.CreateEncoder(device, architecture, random)),
            ("norm", new LayerNorm(device, architecture.Features, "scale", "shift")),
            ("activation", Lambda.LeakyRelu(Autoencoder.Slope)))),
        ("output",
            new Linear(device, architecture.Features, 1, Initialisers.Glorot, random?.FoldIn(LayerStreams.CriticOutput), bias: false)));

    internal static AnoGan Train(FitContext context, AnoGanOptions options)
    {
        var sample = context.Normal.SampleShape;
        var network = options.CreateNetwork(context.Device, sample, context.Random.FoldIn(Streams.Weights));
        network.SetOutputMean(context.Normal.Mean());
        var critic = CreateCritic(context.Device, options.Architecture(sample), context.Random.FoldIn(Streams.CriticWeights));
        Dictionary<string, float[]> start = TrainingHistory.Snapshot(network), criticStart = TrainingHistory.Snapshot(critic);
        TrainedPhase[] phases =
        [
            .. Adversarial(context, options, network.Decoder, critic),
            TrainEncoder(context, options, network, critic),
        ];
        string[] unmoved = [.. TrainingHistory.UnmovedSince(start, network), .. TrainingHistory.UnmovedSince(criticStart, critic)];
        return new(context.Device, network, critic, options) { History = new(phases, unmoved, []) };
    }

    internal static AnoGan Load(Device device, Autoencoder network, SafeTensors file, AnoGanOptions options)
    {
        var critic = CreateCritic(device, network.Architecture);
        Weights.Load(critic, file, CriticName);
        return new(device, network, critic, options);
    }

    /// <summary>Mean squared error of the image and, for the matching score, κ times that of the critic's features.</summary>
    internal override Var Forward(Var x, string score)
    {
        var again = network.Forward(x);
        return score == Image ? SquaredError(again, x)
            : SquaredError(again, x) + (SquaredError(critic["features"].Forward(again), critic["features"].Forward(x)) * options.Kappa);
    }

    protected override Var Encode(Var x, string score) => network.Encode(x);

    protected override Var Decode(Var code) => network.Decoder.Forward(code);

    /// <summary>The mean over a sample's elements, [batch].</summary>
    private static Var SquaredError(Var a, Var b) => (a - b).Square().Flatten().Mean([1]);

    private static IEnumerable<TrainedPhase> Adversarial(
        FitContext context, AnoGanOptions options, Sequential generator, Sequential critic)
    {
        using var scope = new Scope();
        var random = context.Random.FoldIn(Streams.Contest);
        BatchFeeder criticFeeder = new(context, options.Batch), generatorFeeder = new(context, options.Batch);
        Shape one = Shape.Create([.. Enumerable.Repeat(1, context.Normal.SampleShape.Rank)]);
        var real = criticFeeder.Feed((context.Normal, null, random.FoldIn(PhaseStreams.Batches)));
        Tensor criticNoise = criticFeeder.Noise(Distribution.Normal, random.FoldIn(PhaseStreams.CriticNoise), [options.Latent]),
            mix = criticFeeder.Noise(Distribution.Uniform, random.FoldIn(PhaseStreams.Between), one),
            noise = generatorFeeder.Noise(Distribution.Normal, random.FoldIn(PhaseStreams.GeneratorNoise), [options.Latent]);
        int steps = Math.Max(1, criticFeeder.StepsPerEpoch * options.Epochs1!.Value / options.CriticSteps);
        LearningRateSchedule Constant(int total) => new(options.Rate1, 0, total, 1);
        Optimiser Adam(IReadOnlyList<Parameter> p) => new Adam(p, beta1: 0, beta2: 0.9);
        using var criticise = new TrainingStep(
            criticFeeder.Phase("critic", critic.Parameters, Constant(steps * options.CriticSteps), CriticLoss, Adam), context.Ranks);
        using var generate = new TrainingStep(
            generatorFeeder.Phase(
                "generator", generator.Parameters, Constant(steps), () => -critic.Forward(generator.Forward(noise)).Mean(), Adam),
            context.Ranks);
        Trainer.Rounds(Contest, steps, [criticise, generate], step =>
        {
            for (int k = 0; k < options.CriticSteps; k++)
            {
                criticise.Step((step * options.CriticSteps) + k);
            }

            generate.Step(step);
            context.Progress?.Report(new(Contest, step + 1, steps, criticise.Latest)
            { StepsPerEpoch = criticFeeder.StepsPerEpoch / options.CriticSteps });
        }, context.Checkpoint, context.Ranks, context.Cancellation);

        return [new("critic", [.. criticise.Losses]), new("generator", [.. generate.Losses])];

        // mean D(G(z)) − mean D(x) + λ · mean (‖∇D(x̃)‖₂ − 1)², x̃ between x and G(z) (Gulrajani et al. 2017, equation 3)
        Var CriticLoss()
        {
            Var fake, between;
            using (new NoGrad())
            {
                fake = generator.Forward(criticNoise);
                between = Var.Leaf(((fake - real) * mix + real).Value);
            }

            var slope = Gradient.Compute(critic.Forward(between).Sum(), [between], differentiable: true)[0];
            return critic.Forward(fake).Mean() - critic.Forward(real).Mean()
                + ((slope.NormPerSample() - 1).Square().Mean() * options.Penalty);
        }
    }

    /// <summary>E minimises MSE(x, G(E(x))) + κ · MSE(f(x), f(G(E(x)))), f the critic's features (izi_f).</summary>
    private static TrainedPhase TrainEncoder(FitContext context, AnoGanOptions options, Autoencoder network, Sequential critic)
    {
        using var scope = new Scope();
        network.Decoder.SetTrainable(false);
        critic.SetTrainable(false);
        var feeder = new BatchFeeder(context, options.Batch);
        var x = feeder.Feed((context.Normal, null, context.Random.FoldIn(Streams.Encoder)));
        return feeder.Train(
            "encoder", network.CodingParameters, feeder.Schedule(options.Rate2, 0, options.Epochs2, 1), Loss, p => new RmsProp(p),
            options.Clip);

        Var Loss()
        {
            var again = network.Forward(x);
            Var features;
            using (new NoGrad())
            {
                features = critic["features"].Forward(x);
            }

            return SquaredError(again, x).Mean() + (SquaredError(critic["features"].Forward(again), features).Mean() * options.Kappa);
        }
    }
}
