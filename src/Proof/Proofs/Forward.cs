using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>
/// The value on a device against the reference, for every memory layout (or the given), with and without zero-size arguments.
/// </summary>
public sealed class Forward(params MemoryLayout[] layouts) : IProof
{
    private readonly MemoryLayout[] layouts = Inputs.OrAll(layouts);

    /// <inheritdoc/>
    public string Name => "forward against the reference";

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        var outcome = new Outcome(0, record.Tolerance + (2 * device.Backend.Info.ProductRounding));
        foreach (var layout in layouts)
        {
            var exact = Inputs.Create(record, Device.Reference, layout);
            var found = record.Apply([.. Inputs.Create(record, device, layout).Select(t => (Var)t)]);
            var expected = record.Apply([.. exact.Select(t => (Var)t)]);
            if (found.Shape != expected.Shape)
            {
                throw new ProofException($"{record.Name}: {layout}: shape {found.Shape}, expected {expected.Shape}");
            }

            double[] values = expected.Value.ToArray<double>();
            double[]? magnitude = record.Magnitude?.Invoke([.. exact.Select(t => (Var)t.Abs())]).Value.ToArray<double>();
            double Scale(int i) => Math.Max(
                1e-30, magnitude is null ? Math.Abs(values[i]) : magnitude.Length == 1 ? magnitude[0] : magnitude[i]);
            outcome = outcome.And(Inputs.Error(found.Value.ToArray<double>(), values, Scale));
        }

        if (record.IsElementwise)
        {
            var empty = record.Apply([.. record.Arguments.Select(_ => (Var)device.Empty([2, 0, 3]))]);
            outcome = outcome.And(empty.Shape == [2, 0, 3] && empty.Value.ToArray<double>().Length == 0 ? 0 : double.NaN);
        }

        return outcome;
    }
}
