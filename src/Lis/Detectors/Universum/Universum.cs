using LisNative.Data;
using LisNative.Layers;
using LisNative.Numerics;
using LisNative.Training;

namespace LisNative;

/// <summary>The machine of one class and its universum: 1 − w·z(x), z random Fourier features.</summary>
internal sealed class Universum(Device device, RandomFeatures features, Tensor weight)
    : TensorModel(device, [.. features.State, (WeightName, weight)])
{
    internal const string Name = "universum";

    private const string WeightName = "weight";

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    protected override int Compared => weight.Count;

    /// <summary>min ½‖w‖² / C + mean max(0, 1 − f(x⁺)) + weight · mean max(0, |f(x⁻)| − ε), stochastically.</summary>
    internal static Universum Fit(FitContext context, UniversumOptions options)
    {
        var (device, given) = (context.Device, context.RequireNegatives(Name));
        OneClassSvm.CheckFeatures(options.Features, context.Normal.SampleShape.Count);
        var normal = PrincipalComponents.Rows(device, context.Normal);
        double gamma = options.Gamma ?? OneClassSvm.Scale(normal);
        var features = RandomFeatures.Draw(device, normal.Shape[1], options.Features, gamma, context.Random.FoldIn(Streams.RandomFeatures));
        var negatives = PrincipalComponents.Rows(device, Augmentation.Pool(
            given, options.Augment, options.NegativePool, RandomFeatures.Batch, context.Random.FoldIn(Streams.Weights)));
        var weight = new Parameter(device.Zeros([options.Features, 1]));
        var (feeder, random) = (new BatchFeeder(context, RandomFeatures.Batch), context.Random.FoldIn(Streams.Phase1));
        Tensor positive = features.Feed(feeder, normal, random.FoldIn(PhaseStreams.Batches)),
            negative = features.Feed(feeder, negatives, random.FoldIn(PhaseStreams.NegativeBatches));
        var solved = feeder.Train("solving", [(WeightName, weight)], RandomFeatures.Schedule(feeder), Loss);
        return new(device, features, weight.Value) { History = new([solved], [], []), Chosen = options with { Gamma = gamma } };

        Var Loss() => (weight.Square().Sum() * (0.5 / options.C)) + (1 - Var.MatMul(positive, weight)).LeakyRelu(0).Mean()
            + ((Var.MatMul(negative, weight).Abs() - options.Epsilon).LeakyRelu(0).Mean() * options.Weight);
    }

    internal static Universum Load(Device device, Shape sample, SafeTensors file, UniversumOptions options)
    {
        var weight = file.Get(WeightName, [options.Features, 1]).ToTensor(device);
        return new(device, RandomFeatures.Load(device, file, sample.Count, options.Features), weight);
    }

    internal override Var Forward(Var x, string score) => 1 - Var.MatMul(features.Transform(x.Flatten()), weight);
}
