using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>
/// The gradients on a device against those of the reference; errors are relative to the greatest element of each gradient.
/// </summary>
public sealed class BackendGradient : IProof
{
    /// <inheritdoc/>
    public string Name => "gradient against the reference";

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        var expected = Gradients(record, Device.Reference);
        var found = Gradients(record, device);
        var outcome = new Outcome(0, 2e-5 + ((record.IsCurved ? 8 : 4) * device.Backend.Info.ProductRounding));
        for (int i = 0; i < expected.Length; i++)
        {
            double greatest = Math.Max(1e-30, expected[i].Select(Math.Abs).DefaultIfEmpty().Max());
            outcome = outcome.And(Inputs.Error(found[i], expected[i], _ => greatest));
        }

        return outcome;
    }

    private static double[][] Gradients(OperationRecord record, Device device)
    {
        Var[] x = [.. Inputs.Create(record, device).Select(Var.Leaf)];
        var y = record.Apply(x);
        return [.. Gradient.Compute(y, x, Inputs.Normal(device, y.Shape, 99), release: true).Select(g => g.Value.ToArray<double>())];
    }
}
