using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Proof.Fixtures;

// LeakyReLU's gradient jumps at zero. Among a million hidden units and twenty steps now and then one lies so close to zero that its
// rounding decides the side, and from there two correct runs follow different gradients.
internal sealed partial class NetFixture
{
    /// <summary>After such a crossing: the greatest effect seen in twelve nets was 1e-3 (docs/evidence/numerics.md).</summary>
    private const double CrossedTolerance = 5e-3;

    private bool Crossed(Func<NetFixture, List<double[]>> train) =>
        Crossed(train(new NetFixture(file, Device.Reference)), train(new NetFixture(file, positives.Value.Device)), Tolerance);

    /// <summary>
    /// Whether a kink explains a difference: device and reference agree on the side of every hidden unit up to some step, and there
    /// disagree on nothing but units that lie within rounding of zero.
    /// </summary>
    internal static bool Crossed(List<double[]> exact, List<double[]> found, double tolerance)
    {
        for (int i = 0; i < exact.Count; i++)
        {
            double[] crossing = [.. exact[i].Zip(found[i]).Where(z => z.First < 0 != z.Second < 0).Select(z => Math.Abs(z.First))];
            if (crossing.Length > 0)
            {
                return crossing.Max() <= tolerance * exact[i].Max(Math.Abs);
            }
        }

        return false;
    }

    private List<double[]> Phase1()
    {
        using var adam = StartPhase1();
        return Hidden(Loss1, adam, positives);
    }

    private List<double[]> Phase2()
    {
        using var adam = StartPhase2();
        return Hidden(Loss2, adam, both);
    }

    /// <summary>The outputs of every hidden LeakyReLU layer before each step.</summary>
    private List<double[]> Hidden(Func<Var> loss, Optimiser optimiser, Var x)
    {
        var outputs = new List<double[]>();
        Run(loss, optimiser, () =>
        {
            using var scope = new Scope();
            Var h = x;
            foreach (var (_, module) in network.Children)
            {
                h = module.Forward(h);
                if (module is WeightedLayer { Activation: { } activation }
                    && activation.Equals(Activation.LeakyRelu(Models.Autoencoder.Slope)))
                {
                    outputs.Add(h.Value.ToArray<double>());
                }
            }
        });
        return outputs;
    }
}
