using LisNative.Memory;
using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>
/// In double precision: the derivative of s = Σ u·f(x) along a random direction v, once by central differences and once as ⟨∇s, v⟩;
/// of second order, s = ⟨∇ Σ u·f, d⟩ for a random d. Errors are relative to Σ|∇s·v|.
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
        double[][] gradients = [.. Gradient.Of(Scalar(record, leaves), leaves).Select(g => g.Value.ToArray<double>())];
        var outcome = new Outcome(0, order == 1 ? 1e-6 : 1e-5);
        for (int i = 0; i < start.Length; i++)
        {
            double[] direction = Inputs.Normal(device, record.Arguments[i].Shape, 500 + (ulong)i).ToArray<double>();
            double numeric = (Value(record, device, start, i, direction, Step) - Value(record, device, start, i, direction, -Step)) / (2 * Step);
            double scale = Inputs.AbsoluteDot(gradients[i], direction);
            double error = Math.Abs(numeric - Inputs.Dot(gradients[i], direction));
            outcome = outcome.And(error / Math.Max(scale, 1e-3));
        }

        return outcome;
    }

    private static Var[] Leaves(OperationRecord record, Device device, double[][] values) =>
        [.. values.Select((v, i) => Var.Leaf(device.From(v, record.Arguments[i].Shape)))];

    private Var Scalar(OperationRecord record, Var[] x)
    {
        var y = record.Apply(x);
        Var u = Inputs.Normal(y.Value.Device, y.Shape, 99);
        if (order == 1)
        {
            return (y * u).Sum();
        }

        var first = Gradient.Of(y, x, u, differentiable: true);
        return first.Select((g, i) => (g * Inputs.Normal(g.Value.Device, g.Shape, 900 + (ulong)i)).Sum()).Aggregate((a, b) => a + b);
    }

    private double Value(OperationRecord record, Device device, double[][] start, int moved, double[] direction, double step)
    {
        using var scope = new Scope();
        double[][] values = [.. start.Select((v, i) => i == moved ? [.. v.Zip(direction, (a, d) => a + (step * d))] : v)];
        return Scalar(record, Leaves(record, device, values)).Value.Item();
    }
}
