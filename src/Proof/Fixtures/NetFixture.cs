using System.Globalization;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Proof.Proofs;
using LisNative.Training;

namespace LisNative.Proof.Fixtures;

/// <summary>Both phases of training a small net, step by step: losses, gradients, parameters after 1 and 20 steps of Adam, scores.</summary>
internal sealed class NetFixture
{
    private const int Steps = 20;

    /// <summary>
    /// Twenty steps of Adam in single precision: perturbing the exact gradients by one unit in the last place of their greatest element
    /// already moves the latent weights by 1e-3 (docs/numerics.md), so no single-precision implementation can promise less. The losses,
    /// gradients and scores before and after are held to the tight bounds.
    /// </summary>
    private const double ConditionedTolerance = 5e-3;

    private readonly SafeTensors file;
    private readonly Autoencoder network;
    private readonly Var positives, both;
    private readonly int count;

    internal NetFixture(SafeTensors file, Device device)
    {
        this.file = file;
        StoredTensor p = file["positives"], n = file["negatives"];
        count = p.Shape[0];
        positives = device.From(p.ToDoubles(), p.Shape);
        both = Var.Concat(0, positives, device.From(n.ToDoubles(), n.Shape));
        network = Autoencoder.Create(device, new([Setting("channels"), Setting("size"), Setting("size")], Setting("width1"), Setting("width2"), Setting("latent")), default);
        Load("initial");
    }

    private double Tolerance => FixtureFile.Tolerance(positives.Value.Device, elementwise: false);

    internal IEnumerable<(string Part, Outcome Outcome)> Check()
    {
        using var adam = new Adam([.. network.Parameters.Select(p => p.Value)], Rate);
        Var Loss1() => LisLosses.Error(network.Forward(positives), positives).Mean();
        yield return ("phase1", First("phase1", Loss1, adam));
        yield return ("phase1.after1", Parameters("phase1.after1", Tolerance));
        Run(Loss1, adam);
        yield return ("phase1.after20", Parameters("phase1.after20", ConditionedTolerance));
        yield return ("phase1.scores", Scores("phase1.scores", positives));

        Load("phase1.after20");
        network.SetTrainable(false);
        network.Latent.SetTrainable(true);
        using var adam2 = new Adam([.. network.Latent.Parameters.Select(p => p.Value)], Rate);
        Var Loss2() => LisLosses.LatentShaping(network.Forward(both), both, count, Setting("beta"), Setting("gamma"));
        yield return ("phase2", First("phase2", Loss2, adam2));
        Run(Loss2, adam2);
        yield return ("phase2.after20", Parameters("phase2.after20", ConditionedTolerance));
        yield return ("phase2.scores", Scores("phase2.scores", both));
    }

    private void Load(string prefix)
    {
        foreach (var (name, parameter) in network.Parameters)
        {
            using var value = parameter.Value.Device.From(file[$"{prefix}.{name}"].ToDoubles(), parameter.Shape);
            parameter.Value.CopyFrom(value);
        }
    }

    private double Rate => double.Parse(file.Metadata["learning_rate"], CultureInfo.InvariantCulture);

    private int Setting(string name) => int.Parse(file.Metadata[name], CultureInfo.InvariantCulture);

    /// <summary>The first step: its loss and its gradients.</summary>
    private Outcome First(string phase, Func<Var> loss, Optimiser optimiser)
    {
        using var scope = new Scope();
        var value = loss();
        var gradients = Gradient.Of(value, optimiser.Parameters);
        var outcome = new Outcome(0, Tolerance).And(FixtureFile.Error(value, file[$"{phase}.loss"], elementwise: false));
        foreach (var (name, parameter) in network.Parameters.Where(p => p.Value.Trainable))
        {
            int i = optimiser.Parameters.ToList().IndexOf(parameter);
            outcome = outcome.And(FixtureFile.Error(gradients[i], file[$"{phase}.gradient.{name}"], elementwise: false));
        }

        optimiser.Step(gradients);
        return outcome;
    }

    private static void Run(Func<Var> loss, Optimiser optimiser)
    {
        while (optimiser.Steps < Steps)
        {
            using var scope = new Scope();
            optimiser.Step(Gradient.Of(loss(), optimiser.Parameters, release: true));
        }
    }

    /// <summary>Parameters against those of the same prefix in the file.</summary>
    private Outcome Parameters(string prefix, double singleTolerance)
    {
        var outcome = new Outcome(0, positives.Value.Device.Backend.ElementSize == 8 ? Tolerance : singleTolerance);
        foreach (var (name, parameter) in network.Parameters)
        {
            outcome = file.Tensors.TryGetValue($"{prefix}.{name}", out var expected) ? outcome.And(NormwiseError(parameter, expected)) : outcome;
        }

        return outcome;
    }

    /// <summary>
    /// ‖found − expected‖₂ / ‖expected‖₂. After steps of Adam single elements are no measure: where a gradient is nearly zero its
    /// quotient m/√v is of order one whatever the rounding.
    /// </summary>
    private static double NormwiseError(Var found, StoredTensor expected)
    {
        double[] values = expected.ToDoubles();
        double Norm(IEnumerable<double> x) => Math.Sqrt(x.Sum(v => v * v));
        return Norm(found.Value.ToArray<double>().Zip(values, (a, b) => a - b)) / Norm(values);
    }

    private Outcome Scores(string name, Var x)
    {
        using var scope = new Scope();
        return new Outcome(0, Tolerance).And(FixtureFile.Error(Gradient.Pause(() => LisLosses.Error(network.Forward(x), x)), file[name], elementwise: false));
    }
}
