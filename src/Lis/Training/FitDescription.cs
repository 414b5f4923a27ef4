using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Training;

/// <summary>Everything that decides what a fit comes to, as text: the method, its settings, the fingerprints of the data.</summary>
internal sealed record FitDescription(string Text)
{
    internal static FitDescription Of(DetectorOptions options, Provenance provenance) => new(new JsonObject
    {
        ["method"] = Methods.Find(options).Name,
        ["settings"] = Methods.Find(options).Write(options),
        ["data"] = JsonSerializer.SerializeToNode(provenance, MethodJson.Default.Provenance),
    }.ToJsonString());

    /// <summary>The first setting that is another in another description, here and there; null when there is none.</summary>
    /// <exception cref="JsonException">One is no description.</exception>
    internal (string Name, string? Here, string? There)? Difference(FitDescription other, params IEnumerable<string> mayDiffer)
    {
        var (here, there) = (Parts(), other.Parts());
        return here.Keys.Union(there.Keys).Except(mayDiffer).Where(k => here.GetValueOrDefault(k) != there.GetValueOrDefault(k))
            .Select(k => ((string, string?, string?)?)(k, here.GetValueOrDefault(k), there.GetValueOrDefault(k))).FirstOrDefault();
    }

    private Dictionary<string, string> Parts() => JsonNode.Parse(Text)!.AsObject()
        .SelectMany(p => p.Value is JsonObject inner ? inner.AsEnumerable() : [p]).ToDictionary(p => p.Key, p => p.Value?.ToJsonString() ?? "null", StringComparer.Ordinal);
}
