using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
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
    /// <summary>Groups of the normal samples, of which whole ones were held out; null where they had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Groups { get; init; }

    /// <summary>Of which sample is in one group with which; null where they had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? GroupFingerprint { get; init; }

    /// <summary>Groups held out; null where the samples had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HeldOutGroups { get; init; }

    internal static Provenance Describe(Dataset normal, Dataset? negatives) => new(
        typeof(Detector).Assembly.GetName().Version!.ToString(3), normal.Count, normal.Fingerprint(), negatives?.Count ?? 0, negatives?.Fingerprint() ?? "")
    {
        Groups = normal.Groups?.Distinct().Count(),
        GroupFingerprint = normal.Groups is { } groups ? FingerprintOf(groups) : null,
    };

    /// <summary>Groups count by their first samples, so that names do not matter.</summary>
    private static string FingerprintOf(IReadOnlyList<string> groups)
    {
        var numbers = groups.Distinct().Index().ToDictionary(g => g.Item, g => g.Index, StringComparer.Ordinal);
        int[] codes = [.. groups.Select(g => numbers[g])];
        return $"xxh128:{Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(codes.AsSpan())))}";
    }
}
