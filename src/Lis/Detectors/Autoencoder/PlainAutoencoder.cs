using LisNative.Models;
using LisNative.Training;

namespace LisNative;

/// <summary>One network, as phase 1 left it: the plain autoencoder, and those that differ from it in their bottleneck alone.</summary>
internal sealed class PlainAutoencoder(Device device, Autoencoder network, string method) : ReconstructionModel(device, [.. Named(network)])
{
    internal override IReadOnlyList<string> ScoreNames { get; } = [method];

    internal static PlainAutoencoder Train(FitContext context, AutoencoderOptions options)
    {
        var phase1 = FeatureExtraction.Run(context, options);
        return new(context.Device, phase1.Network, options.MethodName) { History = phase1.History };
    }

    protected override Var Encode(Var x, string score) => network.Encode(x);

    protected override Var Decode(Var code) => network.Decoder.Forward(code);
}
