using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>Shapes that do not fit are refused with a message that names one of them.</summary>
public sealed class Refusals : IProof
{
    /// <inheritdoc/>
    public string Name => "wrong shapes are refused by name";

    /// <inheritdoc/>
    public bool AppliesTo(OperationRecord record) => record.Refuses.Count > 0;

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        foreach (var shapes in record.Refuses)
        {
            Var[] x = [.. shapes.Select(s => (Var)device.Zeros(s))];
            try
            {
                var y = record.Apply(x);
                throw new ProofException($"{record.Name}: {string.Join(" and ", shapes)} were accepted and gave {y.Shape}");
            }
            catch (ArgumentException e)
            {
                if (!shapes.Any(s => e.Message.Contains(s.ToString(), StringComparison.Ordinal)))
                {
                    throw new ProofException($"{record.Name}: the refusal of {string.Join(" and ", shapes)} names neither: {e.Message}");
                }
            }
        }

        return new(0, 0);
    }
}
