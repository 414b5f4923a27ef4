using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// The plain autoencoder, and the settings that every network shares: all have its architecture, as in the paper's section 5.1. The
/// defaults suit 28×28 glyphs; each is this project's choice where the paper gives none (docs/design/paper-gaps.md).
/// </summary>
public record AutoencoderOptions : DetectorOptions
{
    /// <summary>More than halve the largest image to one pixel.</summary>
    private const int MostLayers = 32;

    /// <summary>Channels of the outer convolutions (units for vectors).</summary>
    public int Width1 { get; init; } = 32;

    /// <summary>Channels of the inner convolutions (units for vectors).</summary>
    public int Width2 { get; init; } = 64;

    /// <summary>
    /// How often images are halved between their pixels and the latent layer, each time by a convolution; null for as often as their size
    /// asks for, so that the longer side of what is left is 4 to 8 pixels, and twice at least.
    /// </summary>
    public int? Depth { get; init; }

    /// <summary>Size z of the latent layer.</summary>
    public int Latent { get; init; } = 16;

    /// <summary>
    /// Passes over the normal data; in the feature-extraction phase, where there are two. Null trains until held-out normal data gain no
    /// more.
    /// </summary>
    public int? Epochs1 { get; init; }

    /// <summary>
    /// Samples a step, and as many negatives where they are used; of fewer normal samples all are taken in every step, and the setting
    /// stays as it was asked for.
    /// </summary>
    public int Batch { get; init; } = 128;

    /// <summary>Peak learning rate.</summary>
    public double Rate1 { get; init; } = 1e-3;

    /// <summary>Steps over which the learning rate rises; against the saturation of the latent layer's tanh.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>
    /// The largest norm that all gradients together may have in a step; longer ones are scaled down to it. Null leaves them as they are.
    /// </summary>
    public double? Clip { get; init; }

    internal override void Check()
    {
        base.Check();
        Require(Width1 >= 1, Width1, "at least 1");
        Require(Width2 >= 1, Width2, "at least 1");
        Require(Depth is null or >= 1, Depth, "at least 1");
        Require(Latent >= 1, Latent, "at least 1");
        Require(Batch >= 1, Batch, "at least 1");
        Require(Epochs1 is null or >= 1, Epochs1, "at least 1");
        Require(Rate1 > 0, Rate1, "above 0");
        Require(WarmUp >= 0, WarmUp, "at least 0");
        Require(Clip is null or > 0, Clip, "above 0");
    }

    internal override string MethodName => "ae";

    /// <summary>The bottleneck of this method.</summary>
    internal virtual Bottleneck CreateBottleneck(Device device, Philox? random) => new TanhBottleneck();

    /// <summary>What phase 1 minimises: the mean of ‖x̂ − x‖₂ over the batch.</summary>
    internal virtual Var Loss(Var reconstruction, Var x) => LisLosses.Error(reconstruction, x).Mean();

    /// <summary>The largest deviation of noise that phase 1 is to take away; 0 for none.</summary>
    internal virtual double NoiseIn(FitContext context) => 0;

    /// <summary>Passes of the longest phase of which they are given.</summary>
    internal virtual int MostEpochs => Epochs1 ?? 0;

    internal override bool TrainsUntilConvergence => Epochs1 is null;

    internal sealed override void CheckPlan(TrainingPlan plan) => NetworkSize.Check(plan, this);

    internal sealed override MemoryNeed Need(TrainingPlan plan) => NetworkSize.Need(plan, this);

    /// <summary>Negatives that are prepared of those given: images that are no longer the given ones.</summary>
    internal virtual int PoolCount(TrainingPlan plan) => 0;

    /// <summary>Whether the encoder's output is stored, of normal samples and negatives.</summary>
    internal virtual bool StoresFeatures(TrainingPlan plan) => false;

    internal override Model Learn(FitContext context) => PlainAutoencoder.Train(context, this);

    internal override Model Load(Device device, Shape sample, SafeTensors file) =>
        new PlainAutoencoder(device, LoadNetwork(device, sample, file), MethodName);

    internal virtual Architecture Architecture(Shape sample) => new(sample, Width1, Width2, Latent, Depth: Depth);

    /// <summary>Numbers of all weights.</summary>
    internal virtual long Weights(Shape sample) => Architecture(sample).Weights;

    /// <summary>Numbers that each layer makes of one sample, the sample itself first.</summary>
    internal virtual long[] Units(Shape sample) => Architecture(sample).Units;

    /// <summary>
    /// The sizes of a network in a file, whose tensors tell how deep it is: files of before there was a choice say nothing of it.
    /// </summary>
    internal Architecture Architecture(Shape sample, SafeTensors file)
    {
        int Layers(string name) => Enumerable.Range(1, MostLayers).TakeWhile(i => file.Tensors.ContainsKey($"{name}{i}.weight")).Count();
        int found = Math.Max(Layers("deconv"), Layers("encoder.conv"));
        return Architecture(sample) with { Depth = Depth ?? (found > 0 ? found : null) };
    }

    internal Autoencoder CreateNetwork(Device device, Shape sample, Philox? random = null) =>
        Autoencoder.Create(device, Architecture(sample), random, CreateBottleneck(device, random?.FoldIn(LayerStreams.Bottleneck)));

    /// <summary>The network of a file.</summary>
    internal Autoencoder LoadNetwork(Device device, Shape sample, SafeTensors file)
    {
        var network = CreateNetwork(device, Architecture(sample, file));
        Layers.Weights.Load(network, file);
        return network;
    }

    /// <summary>A network of known sizes, whose weights will be copied or loaded.</summary>
    internal Autoencoder CreateNetwork(Device device, Architecture architecture) =>
        Autoencoder.Create(device, architecture, null, CreateBottleneck(device, null));
}
