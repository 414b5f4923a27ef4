using LisNative.Memory;
using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>
/// In double precision: the derivative of s = Σ u·f(x) along a random direction v, once by central differences and once as ⟨∇s, v⟩;
/// of second order, s = ⟨∇ Σ u·f, d⟩ for a random d, along directions of x and of u. Errors are relative to Σ|∇s·v|.
/// </summary>
public sealed class GradientByDifferences(int order) : IProof
{
    private const double Step = 1e-5;

    /// <inheritdoc/>
    public string Name => order == 1 ? "gradient by differences" : "gradient of the gradient by differences";

    /// <inheritdoc/>
    public bool AppliesTo(OperationRecord record) => record.Arguments.Sum(a => a.Shape.Count) < 20000;

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        double[][] start = [.. record.Arguments.Select((a, i) => a.Values((ulong)i + 1))];
        Var[] leaves = Leaves(record, device, start);
        Shape result = record.Apply(leaves).Shape;
        if (order == 2)
        {
            // The upstream is an argument too: the first gradient is linear in it, and that rule wants its proof.
            start = [.. start, Inputs.Normal(device, result, 99).ToArray<double>()];
            leaves = [.. leaves, Var.Leaf(device.From(start[^1], result))];
        }

        Shape[] shapes = [.. record.Arguments.Select(a => a.Shape), result];
        double[][] gradients = [.. Gradient.Compute(Scalar(record, leaves), leaves).Select(g => g.Value.ToArray<double>())];
        var outcome = new Outcome(0, order == 1 ? 1e-6 : 1e-5);
        for (int i = 0; i < start.Length; i++)
        {
            double[] direction = Inputs.Normal(device, shapes[i], 500 + (ulong)i).ToArray<double>();
            double Along(double step)
            {
                using var scope = new Scope();
                double[][] values = [.. start.Select((v, j) => j == i ? [.. v.Zip(direction, (a, d) => a + (step * d))] : v)];
                return Scalar(record, [.. values.Select((v, j) => Var.Leaf(device.From(v, shapes[j])))]).Value.Item();
            }

            double numeric = (Along(Step) - Along(-Step)) / (2 * Step), scale = Inputs.AbsoluteDot(gradients[i], direction);
            outcome = outcome.And(Math.Abs(numeric - Inputs.Dot(gradients[i], direction)) / Math.Max(scale, 1e-3));
        }

        return outcome;
    }

    private static Var[] Leaves(OperationRecord record, Device device, double[][] values) =>
        [.. values.Select((v, i) => Var.Leaf(device.From(v, record.Arguments[i].Shape)))];

    /// <summary>s, from the record's arguments and, for the second order, the upstream.</summary>
    private Var Scalar(OperationRecord record, Var[] leaves)
    {
        Var[] x = leaves[..record.Arguments.Count];
        var y = record.Apply(x);
        if (order == 1)
        {
            return (y * Inputs.Normal(y.Value.Device, y.Shape, 99)).Sum();
        }

        var first = Gradient.Compute(y, x, leaves[^1], differentiable: true);
        return first.Select((g, i) => (g * Inputs.Normal(g.Value.Device, g.Shape, 900 + (ulong)i)).Sum()).Aggregate((a, b) => a + b);
    }
}
