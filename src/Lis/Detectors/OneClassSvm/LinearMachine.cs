using LisNative.Layers;
using LisNative.Numerics;
using LisNative.Training;

namespace LisNative;

/// <summary>The machine that is linear in random Fourier features z: ρ − w·z(x).</summary>
internal sealed class LinearMachine(Device device, RandomFeatures features, Tensor weight, Tensor rho)
    : TensorModel(device, [.. features.State, ("weight", weight), ("rho", rho)])
{
    internal override IReadOnlyList<string> ScoreNames { get; } = [OneClassSvm.Name];

    protected override int Compared => weight.Count;

    /// <summary>min ½‖w‖² − ρ + mean max(0, ρ − w·z) / ν, stochastically.</summary>
    internal static LinearMachine Fit(FitContext context, Tensor rows, double gamma, OneClassSvmOptions options)
    {
        var device = context.Device;
        var features = RandomFeatures.Draw(device, rows.Shape[1], options.Features, gamma, context.Random.FoldIn(Streams.RandomFeatures));
        var (weight, rho) = (new Parameter(device.Zeros([options.Features, 1])), new Parameter(device.Zeros([1])));
        var feeder = new BatchFeeder(context, RandomFeatures.Batch);
        var z = features.Feed(feeder, rows, context.Random.FoldIn(Streams.Phase1));
        var solved = feeder.Train("solving", [("weight", weight), ("rho", rho)], RandomFeatures.Schedule(feeder), Loss);
        return new(device, features, weight.Value, rho.Value) { History = new([solved], [], []), Chosen = options };

        Var Loss() => (weight.Square().Sum() * 0.5) - rho.Sum() + ((rho - Var.MatMul(z, weight)).LeakyRelu(0).Mean() / options.Nu);
    }

    internal static LinearMachine Load(Device device, Shape sample, SafeTensors file, Tensor rho, int features)
    {
        var known = RandomFeatures.Load(device, file, sample.Count, features);
        return new(device, known, file.Get("weight", [features, 1]).ToTensor(device), rho);
    }

    internal override Var Forward(Var x, string score) => rho - Var.MatMul(features.Transform(x.Flatten()), weight);
}
