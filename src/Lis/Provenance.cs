using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// What a detector was made from. Fingerprints are <see cref="Dataset.Fingerprint"/>: they tell whether data are the same, and nothing else
/// about them.
/// </summary>
public sealed class Provenance
{
    internal Provenance(
        string engine, int normal, string normalFingerprint, int negative, string negativeFingerprint,
        int? groups = null, string? groupFingerprint = null, int? heldOutGroups = null, IReadOnlyList<TrainingLength>? training = null)
    {
        (Engine, Normal, NormalFingerprint) = (engine, normal, normalFingerprint);
        (Negative, NegativeFingerprint) = (negative, negativeFingerprint);
        (Groups, GroupFingerprint, HeldOutGroups) = (groups, groupFingerprint, heldOutGroups);
        Training = training ?? [];
    }

    /// <summary>Version of this library.</summary>
    public string Engine { get; }

    /// <summary>Number of normal samples, the held-out ones included.</summary>
    public int Normal { get; }

    /// <summary>Of the normal samples.</summary>
    public string NormalFingerprint { get; }

    /// <summary>Number of negatives; 0 without.</summary>
    public int Negative { get; }

    /// <summary>Of the negatives; empty without.</summary>
    public string NegativeFingerprint { get; }

    /// <summary>Groups of the normal samples, of which whole ones were held out; null where they had none.</summary>
    public int? Groups { get; }

    /// <summary>Of which sample is in one group with which; null where they had none.</summary>
    public string? GroupFingerprint { get; }

    /// <summary>Groups held out, or windows that share no row; null where the samples had no groups and are no windows.</summary>
    public int? HeldOutGroups { get; }

    /// <summary>
    /// How long it was trained, by phases whose length followed from the data or from a bound in time; empty without such.
    /// </summary>
    public IReadOnlyList<TrainingLength> Training { get; }

    internal static Provenance Read(JsonElement json)
    {
        JsonElement? Found(string name) => json.TryGetProperty(name, out var value) ? value : null;
        int Number(string name) => json.GetProperty(name).GetInt32();
        string Text(string name) => json.GetProperty(name).GetString() ?? "";
        return new(Text("engine"), Number("normal"), Text("normalFingerprint"), Number("negative"), Text("negativeFingerprint"),
            Found("groups")?.GetInt32(), Found("groupFingerprint")?.GetString(), Found("heldOutGroups")?.GetInt32(),
            Found("training")?.EnumerateArray().Select(TrainingLength.Read).ToArray());
    }

    /// <summary>What <see cref="Read"/> reads; nothing of groups and lengths where there were none.</summary>
    internal JsonObject Write()
    {
        var json = new JsonObject
        {
            ["engine"] = Engine,
            ["normal"] = Normal,
            ["normalFingerprint"] = NormalFingerprint,
            ["negative"] = Negative,
            ["negativeFingerprint"] = NegativeFingerprint,
        };
        foreach (var (name, value) in new (string, JsonNode?)[]
            {
                ("groups", Groups), ("groupFingerprint", GroupFingerprint), ("heldOutGroups", HeldOutGroups),
                ("training", Training.Count == 0 ? null : new JsonArray([.. Training.Select(t => t.Write())])),
            })
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }

        return json;
    }

    internal static Provenance Describe(Dataset normal, Dataset? negatives) => new(
        typeof(Detector).Assembly.GetName().Version!.ToString(3), normal.Count, normal.Fingerprint(),
        negatives?.Count ?? 0, negatives?.Fingerprint() ?? "",
        normal.Groups?.Distinct().Count(), normal.Groups is { } groups ? FingerprintOf(groups) : null);

    /// <summary>How many groups samples have, or windows share no row; null of samples without groups that are no windows.</summary>
    internal static int? GroupsOf(Dataset samples) => samples.Groups?.Distinct().Count()
        ?? (samples is { Windows: { } windows, Count: > 0 } ? samples.Rows().Count / windows.Length : null);

    /// <summary>The same with what is known once a fit has ended.</summary>
    internal Provenance With(int? heldOutGroups, IReadOnlyList<TrainingLength> training) => new(
        Engine, Normal, NormalFingerprint, Negative, NegativeFingerprint, Groups, GroupFingerprint, heldOutGroups, training);

    /// <summary>Groups count by their first samples, so that names do not matter.</summary>
    private static string FingerprintOf(IReadOnlyList<string> groups)
    {
        var numbers = groups.Distinct().Index().ToDictionary(g => g.Item, g => g.Index, StringComparer.Ordinal);
        int[] codes = [.. groups.Select(g => numbers[g])];
        return $"xxh128:{Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(codes.AsSpan())))}";
    }
}
