using LisNative.Data;

namespace LisNative;

/// <summary>What a detector was made from. Fingerprints are <see cref="Dataset.Fingerprint"/>: they tell whether data are the same, and nothing else about them.</summary>
/// <param name="Engine">Version of this library.</param>
/// <param name="Normal">Number of normal samples, the held-out ones included.</param>
/// <param name="NormalFingerprint">Of the normal samples.</param>
/// <param name="Negative">Number of negatives; 0 without.</param>
/// <param name="NegativeFingerprint">Of the negatives; empty without.</param>
public sealed record Provenance(string Engine, int Normal, string NormalFingerprint, int Negative, string NegativeFingerprint)
{
    internal static Provenance Of(Dataset normal, Dataset? negatives) => new(
        typeof(Detector).Assembly.GetName().Version!.ToString(3), normal.Count, normal.Fingerprint(), negatives?.Count ?? 0, negatives?.Fingerprint() ?? "");
}
