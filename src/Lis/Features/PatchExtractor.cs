using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;

namespace LisNative.Features;

/// <summary>Square patches of a picture in full detail; those at the right and lower border end at it.</summary>
public sealed class PatchExtractor : FeatureExtractor
{
    internal const string Kind = "patches";

    private readonly int channels, size, stride;

    /// <param name="channels">Of the pictures.</param>
    /// <param name="size">Side of a patch, in pixels.</param>
    /// <param name="stride">From one patch to the next at most; half the side by default.</param>
    /// <exception cref="InputException">They are no patches.</exception>
    public PatchExtractor(int channels, int size, int? stride = null)
    {
        (this.channels, this.size, this.stride) = (channels, size, stride ?? Math.Max(1, size / 2));
        if (channels < 1 || size < 4 || this.stride < 1 || this.stride > size)
        {
            throw new InputException(
                Kind, $"expected patches of at least 4 pixels, at most their size apart, found {size} and {this.stride}");
        }
    }

    internal override Shape Place => [channels, size, size];

    internal override PlaceGrid GridOf(Shape picture) => picture.Rank == 3 && Math.Min(picture[1], picture[2]) >= size
        ? new(Axis(picture[1]), Axis(picture[2]))
        : throw new InputException(Kind, $"expected pictures of at least {size}x{size} pixels, as a patch has, found {picture}");

    internal override float[] Extract(Dataset pictures, ReadOnlySpan<int> rows)
    {
        int[] places = [.. Enumerable.Range(0, GridOf(pictures.SampleShape).Count)];
        var all = new float[Dataset.Numbers(pictures.Name, Place, (long)rows.Length * places.Length)];
        for (int i = 0; i < rows.Length; i++)
        {
            Cut(pictures.Select([rows[i]]).Held(), places, all.AsSpan(i * places.Length * Place.Count));
        }

        return all;
    }

    internal override float[] ExtractSome(Dataset picture, int[] places)
    {
        var some = new float[Dataset.Numbers(picture.Name, Place, places.Length)];
        Cut(picture, places, some);
        return some;
    }

    internal override IEnumerable<float[]> InParts(Dataset picture, int most) =>
        Enumerable.Range(0, GridOf(picture.SampleShape).Count).Chunk(most).Select(places => ExtractSome(picture, places));

    private void Cut(Dataset picture, int[] places, Span<float> patches)
    {
        var (shape, grid) = (picture.SampleShape, GridOf(picture.SampleShape));
        for (int line = 0; line < places.Length * channels * size; line++)
        {
            int place = places[line / (channels * size)], channel = line / size % channels,
                y = Begin(grid.Down, place / grid.Across.Count) + (line % size);
            picture.Read(
                0, (((channel * shape[1]) + y) * shape[2]) + Begin(grid.Across, place % grid.Across.Count),
                patches.Slice(line * size, size));
        }
    }

    internal override JsonObject Describe() => new()
    {
        [Kind] = new JsonObject { ["channels"] = channels, ["size"] = size, ["stride"] = stride },
    };

    internal static PatchExtractor Load(JsonElement patches) =>
        new(patches.GetProperty("channels").GetInt32(), patches.GetProperty("size").GetInt32(), patches.GetProperty("stride").GetInt32());

    private PlaceAxis Axis(int length)
    {
        int count = ((length - size + stride - 1) / stride) + 1;
        return new(count, size / 2.0, count == 1 ? length : (length - size) / (double)(count - 1));
    }

    private static int Begin(PlaceAxis axis, int place) => (int)Math.Round(place * axis.Step);
}
