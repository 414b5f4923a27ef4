using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Cli.Bench;

/// <summary>Training steps and scores of an autoencoder, recorded once and replayed, as the trainer and a detector do.</summary>
internal sealed class Networks
{
    private readonly Device device;
    private readonly int batch;
    private readonly Lazy<Tensor> x, both, features;
    private readonly Lazy<Autoencoder> net, shaped;
    private readonly Lazy<Adam> adam, latent;
    private readonly List<Capture> captures = [];

    internal Networks(Device device, Architecture architecture, int batch)
    {
        (this.device, this.batch) = (device, batch);
        Lazy<Tensor> Samples(int count)
        {
            Shape shape = [count, .. architecture.Sample.Sizes];
            return new(() => Operands.Random(device, shape, (r, i) => r.Uniform(i)));
        }

        (x, both) = (Samples(batch), Samples(checked(2 * batch)));
        net = new(() => Autoencoder.Create(device, architecture, new Philox(1)));
        adam = new(() => new Adam([.. net.Value.Parameters.Select(p => p.Value)]));
        shaped = new(() =>
        {
            var frozen = Autoencoder.Create(device, architecture, new Philox(1));
            frozen.FreezeAllButLatent();
            return frozen;
        });
        latent = new(() => new Adam([.. shaped.Value.Latent.Parameters.Select(p => p.Value)]));
        features = new(() =>
        {
            using var noGrad = new NoGrad();
            return shaped.Value.Encoder.Forward(both.Value).Value;
        });
    }

    /// <summary>Forward, backward and Adam over all parameters.</summary>
    internal Action Phase1() => Step(adam, () => (net.Value, x.Value), () => LisLosses.Error(net.Value.Forward(x.Value), x.Value).Mean());

    /// <summary>A step of the latent layer, the frozen encoder run in each.</summary>
    internal Action Phase2Naive() => Phase2(() => shaped.Value, () => shaped.Value.Forward(both.Value));

    /// <summary>The same from the encoder's stored output.</summary>
    internal Action Phase2Cached() => Phase2(() => features.Value, () => shaped.Value.FromFeatures(features.Value));

    /// <summary>Scores of the first so many samples.</summary>
    internal Action Score(int count)
    {
        Tensor? scores = null;
        var capture = new Lazy<Capture>(() =>
        {
            var (network, samples) = (net.Value, count == batch ? x.Value : x.Value.Slice(0, 0, count));
            using var scope = new Scope();
            using var noGrad = new NoGrad();
            var recorded = new Capture(device, () => scores = LisLosses.Error(network.Forward(samples), samples).Value);
            scope.Keep(scores!);
            captures.Add(recorded);
            return recorded;
        });
        return () => capture.Value.Replay();
    }

    /// <summary>Ends all recordings: no step or score is possible any more.</summary>
    internal void End() => captures.ForEach(c => c.Dispose());

    private Action Phase2(Func<object> inputs, Func<Var> reconstruct) =>
        Step(latent, () => (inputs(), both.Value), () => LisLosses.LatentShaping(reconstruct(), both.Value, batch, 1, 20));

    private Action Step(Lazy<Adam> optimiser, Func<object> inputs, Func<Var> loss)
    {
        Var[] gradients = [];
        var capture = new Lazy<Capture>(() =>
        {
            _ = (inputs(), optimiser.Value);
            var recorded = new Capture(device, () => gradients = Gradient.Compute(loss(), optimiser.Value.Parameters, release: true));
            captures.Add(recorded);
            return recorded;
        });
        return () =>
        {
            capture.Value.Replay();
            optimiser.Value.Step(gradients);
        };
    }
}
