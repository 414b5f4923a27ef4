namespace LisNative.Proof.Proofs;

/// <summary>How an argument lies in memory.</summary>
public enum MemoryLayout
{
    /// <summary>Innermost axis fastest, without gaps.</summary>
    Contiguous,

    /// <summary>Outermost axis fastest.</summary>
    Permuted,

    /// <summary>Part of a larger tensor, every second element of its last axis.</summary>
    Sliced,

    /// <summary>The first row, repeated.</summary>
    Broadcast,
}
