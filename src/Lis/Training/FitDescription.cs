using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Distributed;
using LisNative.Features;

namespace LisNative.Training;

/// <summary>Everything that decides what a fit comes to, as text: the method, its settings, the fingerprints of the data.</summary>
internal sealed record FitDescription(string Text)
{
    internal static FitDescription Of(DetectorOptions options, Provenance provenance, FeatureExtractor? features = null,
        Scaling scaling = Scaling.Standard)
    {
        var all = new JsonObject
        {
            ["method"] = Methods.Find(options).Name,
            ["settings"] = Methods.Find(options).Write(options),
            ["data"] = provenance.Write(),
        };
        if (features is not null)
        {
            all[FeatureExtractor.MetadataName] = features.Describe();
        }

        if (scaling != Scaling.Standard)
        {
            all["scale"] = $"{scaling}";
        }

        return new(all.ToJsonString());
    }

    /// <summary>The first setting that is another in another description, here and there; null when there is none.</summary>
    /// <exception cref="JsonException">One is no description.</exception>
    internal (string Name, string? Here, string? There)? Difference(FitDescription other, params IEnumerable<string> mayDiffer)
    {
        var (here, there) = (Parts(), other.Parts());
        return here.Keys.Union(there.Keys).Except(mayDiffer).Where(k => here.GetValueOrDefault(k) != there.GetValueOrDefault(k))
            .Select(k => ((string, string?, string?)?)(k, here.GetValueOrDefault(k), there.GetValueOrDefault(k))).FirstOrDefault();
    }

    private Dictionary<string, string> Parts() => JsonNode.Parse(Text)!.AsObject()
        .SelectMany(p => p.Value is JsonObject inner ? inner.AsEnumerable() : [p])
            .ToDictionary(p => p.Key, p => p.Value?.ToJsonString() ?? "null", StringComparer.Ordinal);

    /// <summary>Refuses ranks that are about to fit other data, or with other settings, than the first.</summary>
    /// <exception cref="InputException">One is; on every rank.</exception>
    internal void RequireSame(Communicator? ranks)
    {
        if (ranks is null)
        {
            return;
        }

        FitDescription[] all = [.. ranks.Gather(Text).Select(t => new FitDescription(t))];
        for (int rank = 1; rank < ranks.Size; rank++)
        {
            if (all[0].Difference(all[rank]) is var (odd, expected, found))
            {
                throw new InputException($"rank {rank}", $"expected {odd} {expected} as on rank 0, found {found}");
            }
        }
    }
}
