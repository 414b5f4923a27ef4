using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>Something that must hold for an operation.</summary>
public interface IProof
{
    /// <summary>What holds, in a few words.</summary>
    string Name { get; }

    /// <summary>Whether it has a meaning for the record; it has for every one unless a proof says otherwise.</summary>
    bool AppliesTo(OperationRecord record) => true;

    /// <summary>Checks it; the greatest error found and the bound it must not pass.</summary>
    /// <exception cref="ProofException">It does not hold at all; the message says where.</exception>
    Outcome Check(OperationRecord record, Device device);
}

/// <summary>What a proof found.</summary>
/// <param name="MaxError">The greatest error, relative as the proof defines it.</param>
/// <param name="Tolerance">The bound.</param>
public readonly record struct Outcome(double MaxError, double Tolerance)
{
    /// <summary>Whether the error is within the bound; NaN is not.</summary>
    public bool Passed => MaxError <= Tolerance;

    /// <summary>The worse of two outcomes of one proof.</summary>
    public Outcome And(double error) => this with { MaxError = double.IsNaN(error) || error > MaxError ? error : MaxError };
}

/// <summary>A proof failed in a way that no error measures.</summary>
public sealed class ProofException(string message) : Exception(message);
