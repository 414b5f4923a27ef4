using LisNative.Memory;
using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>All proofs, and how one is run.</summary>
public static class ProofList
{
    /// <summary>
    /// Proofs of a device against the reference; replays only of one that can record, and equal bits only of one that sums in the order
    /// specified.
    /// </summary>
    public static IReadOnlyList<IProof> For(Device device) =>
    [
        .. OfBackend,
        .. device.CanCapture ? [new Replays()] : Array.Empty<IProof>(),
        .. device.Backend.Info.SumsInOrder ? [new NaiveBits()] : Array.Empty<IProof>(),
    ];

    /// <summary>Proofs of the rules of differentiation, on the reference itself.</summary>
    public static IReadOnlyList<IProof> OfGradients { get; } = [new GradientByDifferences(order: 1), new GradientByDifferences(order: 2)];

    private static IReadOnlyList<IProof> OfBackend { get; } =
        [new Forward(), new BackendGradient(), new Lengths(), new SpecialValues(), new SameBits(), new Refusals()];

    /// <summary>Runs a proof in a scope, and checks that it left no tensor behind.</summary>
    /// <exception cref="ProofException">It does not hold.</exception>
    public static Outcome Run(IProof proof, OperationRecord record, Device device)
    {
        var (before, overruns) = (device.Pool.Lent, device.Pool.Overruns);
        Outcome outcome;
        using (new Scope())
        {
            outcome = proof.Check(record, device);
        }

        int left = device.Pool.Lent - before;
        if (left != 0)
        {
            throw new ProofException($"{record.Name}: {proof.Name}: {left} blocks of memory were not returned");
        }

        if (device.Pool.Overruns != overruns)
        {
            throw new ProofException(
                $"{record.Name}: {proof.Name}: {device.Pool.Overruns - overruns} blocks were written outside their bounds");
        }

        return outcome;
    }
}
