using System.Globalization;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Proof.Proofs;
using LisNative.Training;

namespace LisNative.Proof.Fixtures;

/// <summary>
/// Both phases of training a small net, step by step: losses, gradients, parameters after 1 and 20 steps of Adam, scores.
/// </summary>
internal sealed partial class NetFixture
{
    private const int Steps = 20;

    private readonly SafeTensors file;
    private readonly Autoencoder network;
    private readonly Var positives, both;
    private readonly int count;

    internal NetFixture(SafeTensors file, Device device)
    {
        this.file = file;
        StoredTensor p = file["positives"], n = file["negatives"];
        count = p.Shape[0];
        positives = p.ToTensor(device);
        both = Var.Concat(0, positives, n.ToTensor(device));
        network = Autoencoder.Create(device,
            new([Setting("channels"), Setting("size"), Setting("size")], Setting("width1"), Setting("width2"), Setting("latent")),
            random: null);
        Weights.Load(network, file, "initial");
    }

    private double Tolerance => FixtureFile.Tolerance(positives.Value.Device, elementwise: false);

    internal IEnumerable<(string Part, Outcome Outcome)> Check()
    {
        using var adam = StartPhase1();
        yield return ("phase1", First("phase1", Loss1, adam));
        yield return ("phase1.after1", Parameters("phase1.after1"));
        Run(Loss1, adam);
        yield return ("phase1.after20", Parameters("phase1.after20", f => f.Phase1()));
        yield return ("phase1.scores", Scores("phase1.scores", positives));

        using var adam2 = StartPhase2();
        yield return ("phase2", First("phase2", Loss2, adam2));
        Run(Loss2, adam2);
        yield return ("phase2.after20", Parameters("phase2.after20", f => f.Phase2()));
        yield return ("phase2.scores", Scores("phase2.scores", both));
    }

    private Var Loss1() => LisLosses.Error(network.Forward(positives), positives).Mean();

    private Var Loss2() => LisLosses.LatentShaping(network.Forward(both), both, count, Setting("beta"), Setting("gamma"));

    private Adam StartPhase1() => new([.. network.Parameters.Select(p => p.Value)], Rate);

    private Adam StartPhase2()
    {
        Weights.Load(network, file, "phase1.after20");
        network.FreezeAllButLatent();
        return new Adam([.. network.Latent.Parameters.Select(p => p.Value)], Rate);
    }

    private double Rate => double.Parse(file.Metadata["learning_rate"], CultureInfo.InvariantCulture);

    private int Setting(string name) => int.Parse(file.Metadata[name], CultureInfo.InvariantCulture);

    /// <summary>The first step: its loss and its gradients.</summary>
    private Outcome First(string phase, Func<Var> loss, Optimiser optimiser)
    {
        using var scope = new Scope();
        var value = loss();
        var gradients = Gradient.Compute(value, optimiser.Parameters);
        var outcome = new Outcome(0, Tolerance).And(FixtureFile.Error(value, file[$"{phase}.loss"], elementwise: false));
        foreach (var (name, parameter) in network.Parameters.Where(p => p.Value.Trainable))
        {
            int i = optimiser.Parameters.ToList().IndexOf(parameter);
            outcome = outcome.And(FixtureFile.Error(gradients[i], file[$"{phase}.gradient.{name}"], elementwise: false));
        }

        optimiser.Step(gradients);
        return outcome;
    }

    private static void Run(Func<Var> loss, Optimiser optimiser, Action? beforeStep = null)
    {
        while (optimiser.Steps < Steps)
        {
            beforeStep?.Invoke();
            using var scope = new Scope();
            optimiser.Step(Gradient.Compute(loss(), optimiser.Parameters, release: true));
        }
    }

    /// <summary>
    /// Parameters against those of the same prefix in the file; <paramref name="train"/> repeats the steps that led there.
    /// </summary>
    private Outcome Parameters(string prefix, Func<NetFixture, List<double[]>>? train = null)
    {
        var outcome = new Outcome(0, Tolerance);
        foreach (var (name, parameter) in network.Parameters)
        {
            outcome = file.Tensors.TryGetValue($"{prefix}.{name}", out var expected) ? outcome.And(NormwiseError(parameter, expected))
                : outcome;
        }

        return !outcome.Passed && train is not null && Crossed(train) ? outcome with { Tolerance = CrossedTolerance } : outcome;
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
        using var noGrad = new NoGrad();
        return new Outcome(0, Tolerance).And(FixtureFile.Error(LisLosses.Error(network.Forward(x), x), file[name], elementwise: false));
    }
}
