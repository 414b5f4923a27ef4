using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// The networks of an AnoGAN. They are those of the autoencoder: the decoder is the generator G, trained against a critic D and then frozen;
/// encoder, latent layer and tanh are the encoder E, trained after it.
/// </summary>
internal sealed class AnoGan(Device device, Autoencoder network, Sequential critic, AnoGanOptions options) : ReconstructionModel(device)
{
    internal const string Image = "anogan", Matching = "anogan-fm", CriticName = "critic";

    private const string Contest = "generator against critic";

    internal override IReadOnlyList<string> ScoreNames => options.Scores;

    internal override IReadOnlyList<(string Name, Tensor Value)> State => [.. Named(network), .. Named(critic, CriticName)];

    /// <summary>The autoencoder's encoder, layer norm (batch norm would tie the samples of a batch together) and a linear output, whose bias would cancel.</summary>
    internal static Sequential CreateCritic(Device device, Architecture architecture, Philox? random = null) => new(
        ("features", new Sequential(("encoder", Autoencoder.CreateEncoder(device, architecture, random)), ("norm", new LayerNorm(device, architecture.Features)), ("activation", Lambda.LeakyRelu()))),
        ("output", new Linear(device, architecture.Features, 1, Initialisers.Glorot, random?.FoldIn(3), bias: false)));

    internal static AnoGan Train(FitContext set, AnoGanOptions options)
    {
        var sample = set.Normal.SampleShape;
        var network = options.CreateNetwork(set.Device, sample, set.Random.FoldIn(3));
        network.SetOutputMean(set.Normal.Mean());
        var critic = CreateCritic(set.Device, options.Architecture(sample), set.Random.FoldIn(4));
        Dictionary<string, float[]> start = TrainingHistory.Snapshot(network), criticStart = TrainingHistory.Snapshot(critic);
        (string, IReadOnlyList<double>)[] losses = [.. Adversarial(set, options, network.Decoder, critic), ("encoder", TrainEncoder(set, options, network, critic))];
        string[] unmoved = [.. TrainingHistory.UnmovedSince(start, network), .. TrainingHistory.UnmovedSince(criticStart, critic)];
        return new(set.Device, network, critic, options) { History = new(losses, unmoved, []) };
    }

    /// <summary>Mean squared error of the image and, for the matching score, κ times that of the critic's features.</summary>
    protected override Var Score(Var x, string score)
    {
        var again = network.Forward(x);
        return score == Image ? SquaredError(again, x) : SquaredError(again, x) + (SquaredError(critic["features"].Forward(again), critic["features"].Forward(x)) * options.Kappa);
    }

    protected override Var Encode(Var x, string score) => network.Encode(x);

    protected override Var Decode(Var code) => network.Decoder.Forward(code);

    /// <summary>The mean over a sample's elements, [batch].</summary>
    private static Var SquaredError(Var a, Var b) => (a - b).Square().Flatten().Mean([1]);

    private static IEnumerable<(string, IReadOnlyList<double>)> Adversarial(FitContext set, AnoGanOptions options, Sequential generator, Sequential critic)
    {
        using var scope = new Scope();
        var (device, share, random) = (set.Device, set.SliceOf(options.Batch), set.Random.FoldIn(5));
        var order = new BatchOrder(set.Normal.Count, share, random.FoldIn(1));
        int steps = Math.Max(1, order.StepsPerEpoch * options.Epochs1 / options.CriticSteps);
        Tensor real = device.Empty([share.Count, .. set.Normal.SampleShape.Sizes]), noise = device.Empty([share.Count, options.Latent]), mix = device.Empty([share.Count, .. set.Normal.SampleShape.Sizes.ToArray().Select(_ => 1)]);
        LearningRateSchedule Constant(int total) => new(options.Rate1, 0, total, 1);
        Optimiser Adam(IReadOnlyList<Parameter> p) => new Adam(p, beta1: 0, beta2: 0.9);
        using var criticise = new TrainingStep(new("critic", critic.Parameters, Constant(steps * options.CriticSteps), LoadCritic, CriticLoss, Adam, Weight: share.Weight), set.Ranks);
        using var generate = new TrainingStep(new("generator", generator.Parameters, Constant(steps), step => Draw(2, step), () => -critic.Forward(generator.Forward(noise)).Mean(), Adam, Weight: share.Weight), set.Ranks);
        Trainer.Rounds(Contest, steps, [criticise, generate], step =>
        {
            for (int k = 0; k < options.CriticSteps; k++)
            {
                criticise.Step((step * options.CriticSteps) + k);
            }

            generate.Step(step);
            set.Progress?.Report(new(Contest, step + 1, steps, criticise.Latest));
        }, set.Checkpoint, set.Ranks, set.Cancellation);

        return [("critic", [.. criticise.Losses]), ("generator", [.. generate.Losses])];

        void Draw(ulong stream, int step) => noise.Draw(random.FoldIn(stream).FoldIn((ulong)step), Distribution.Normal, (ulong)share.Start * (ulong)options.Latent);

        void LoadCritic(int step)
        {
            set.Normal.Load(order[step], real);
            Draw(3, step);
            mix.Draw(random.FoldIn(4).FoldIn((ulong)step), Distribution.Uniform, (ulong)share.Start);
        }

        // mean D(G(z)) − mean D(x) + λ · mean (‖∇D(x̃)‖₂ − 1)², x̃ between x and G(z) (Gulrajani et al. 2017, equation 3)
        Var CriticLoss()
        {
            Var fake, between;
            using (new NoGrad())
            {
                fake = generator.Forward(noise);
                between = Var.Leaf(((fake - real) * mix + real).Value);
            }

            var slope = Gradient.Compute(critic.Forward(between).Sum(), [between], differentiable: true)[0];
            return critic.Forward(fake).Mean() - critic.Forward(real).Mean() + ((slope.NormPerSample() - 1).Square().Mean() * options.Penalty);
        }
    }

    /// <summary>E minimises MSE(x, G(E(x))) + κ · MSE(f(x), f(G(E(x)))), f the critic's features (izi_f).</summary>
    private static double[] TrainEncoder(FitContext set, AnoGanOptions options, Autoencoder network, Sequential critic)
    {
        using var scope = new Scope();
        network.Decoder.SetTrainable(false);
        critic.SetTrainable(false);
        var share = set.SliceOf(options.Batch);
        var order = new BatchOrder(set.Normal.Count, share, set.Random.FoldIn(6));
        var x = set.Device.Empty([share.Count, .. set.Normal.SampleShape.Sizes]);
        return set.Train(
            new("encoder", network.CodingParameters, new(options.Rate2, 0, order.StepsPerEpoch * options.Epochs2, 1), step => set.Normal.Load(order[step], x), Loss, p => new RmsProp(p), options.Clip, share.Weight));

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
