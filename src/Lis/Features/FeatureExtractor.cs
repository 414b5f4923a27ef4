using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;

namespace LisNative.Features;

/// <summary>
/// What a detector looks at in a picture in place of its pixels as a whole: patches of it, or features that wavelets or a network find, at
/// the places of a grid. The method then learns what is normal at a place, and gives a map of scores.
/// </summary>
public abstract class FeatureExtractor : IDisposable
{
    internal const string MetadataName = "features";

    private protected FeatureExtractor()
    {
    }

    /// <summary>What there is at one place: [length], or a patch [channels, height, width].</summary>
    internal abstract Shape Place { get; }

    /// <summary>Whether pictures of any size and colour are meant, made those that it was learnt from.</summary>
    internal virtual bool TakesAnyPicture => false;

    /// <summary>The places of a picture.</summary>
    /// <exception cref="InputException">The picture is too small.</exception>
    internal abstract PlaceGrid GridOf(Shape picture);

    /// <summary>What some pictures have at their places, [pictures · places · place], row by row of the grid.</summary>
    internal abstract float[] Extract(Dataset pictures, ReadOnlySpan<int> rows);

    /// <summary>The same of some places of one picture that is held.</summary>
    internal virtual float[] ExtractSome(Dataset picture, int[] places)
    {
        int size = Place.Count;
        float[] all = Extract(picture, [0]), some = new float[places.Length * size];
        foreach (var (i, place) in places.Index())
        {
            all.AsSpan(place * size, size).CopyTo(some.AsSpan(i * size));
        }

        return some;
    }

    /// <summary>The same of all places of one picture, some at a time where that saves memory.</summary>
    internal virtual IEnumerable<float[]> InParts(Dataset picture, int most) => [Extract(picture, [0])];

    /// <summary>Everything that decides what is extracted but the numbers that <see cref="AddTo"/> adds.</summary>
    internal abstract JsonObject Describe();

    /// <summary>Adds what <see cref="Load"/> needs.</summary>
    internal virtual void AddTo(SafeTensors file) => file.Metadata[MetadataName] = Describe().ToJsonString();

    /// <summary>The extractor of a model; null where it looks at whole samples.</summary>
    internal static FeatureExtractor? Load(Device device, SafeTensors file)
    {
        if (!file.Metadata.TryGetValue(MetadataName, out string? text))
        {
            return null;
        }

        var description = JsonDocument.Parse(text).RootElement;
        return description.TryGetProperty(PatchExtractor.Kind, out var patches) ? PatchExtractor.Load(patches)
            : description.TryGetProperty(NetworkExtractor.Kind, out var network) ? NetworkExtractor.Load(device, file, network)
            : description.TryGetProperty(ScatteringExtractor.Kind, out var scattering) ? ScatteringExtractor.Load(device, scattering)
            : throw new JsonException($"features of another kind: {text[..Math.Min(text.Length, 60)]}");
    }

    /// <summary>Returns the memory of its network, where it has one.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
