using LisNative.Memory;
using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>Every length from 0 to 257, so that no combination of whole registers and tails is left out.</summary>
public sealed class Lengths : IProof
{
    private const int Longest = 257;

    /// <inheritdoc/>
    public string Name => "every length to 257";

    /// <inheritdoc/>
    public bool AppliesTo(OperationRecord record) => record.IsElementwise;

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        double[][] values = [.. record.Arguments.Select((a, i) => (a with { Shape = [Longest] }).Values((ulong)i + 7))];
        double[] expected = Apply(record, Device.Reference, values, Longest);
        var outcome = new Outcome(0, record.Tolerance);
        for (int length = 0; length <= Longest; length++)
        {
            using var scope = new Scope();
            outcome = outcome.And(Inputs.Error(
                Apply(record, device, values, length), expected[..length], i => Math.Max(1e-30, Math.Abs(expected[i]))));
        }

        return outcome;
    }

    private static double[] Apply(OperationRecord record, Device device, double[][] values, int length) =>
        record.Apply([.. values.Select(v => (Var)device.From(v[..length], [length]))]).Value.ToArray<double>();
}
