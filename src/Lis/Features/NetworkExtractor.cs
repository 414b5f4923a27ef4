using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Training;

namespace LisNative.Features;

/// <summary>
/// Features that a trained network finds in pictures: at each place of its finest output the channels of all its outputs, each the mean
/// over the places around (PatchCore: Roth et al. 2022); or, pooled, the mean of each channel over the whole picture.
/// </summary>
public sealed class NetworkExtractor : FeatureExtractor
{
    internal const string Kind = "network";

    private const string NetworkName = "features.network";

    /// <summary>Pictures that go through the network at once.</summary>
    private const int Batch = 8;

    private readonly Network network;
    private readonly Preprocessing preprocessing;
    private readonly bool isPooled;
    private readonly Shape[] outputs;

    /// <param name="network">From pictures to maps or vectors. It becomes the extractor's.</param>
    /// <param name="preprocessing">What the network is given of pixels.</param>
    /// <param name="height">Of the pictures.</param>
    /// <param name="width">Of the pictures.</param>
    /// <param name="isPooled">Whether a picture has one place, with the mean of each map.</param>
    /// <exception cref="InputException">The network does not take such pictures, or gives other than maps and vectors.</exception>
    public NetworkExtractor(Network network, Preprocessing preprocessing, int height, int width, bool isPooled = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        (this.network, this.preprocessing, this.isPooled) = (network, preprocessing, isPooled);
        Picture = [network.Input[0], height, width];
        try
        {
            outputs = [.. network.OutputShapes(height, width)];
        }
        catch (ArgumentException e)
        {
            throw new InputException(Kind, $"the network takes no pictures {Picture} ({e.Message})", e);
        }

        if (Array.Find(outputs, o => !(o.Rank is 1 or 3)) is { Rank: > 0 } odd || (!isPooled && Array.Exists(outputs, o => o.Rank != 3)))
        {
            throw new InputException(Kind, $"expected outputs [channels, height, width]{(isPooled ? " or [length]" : "")}, found "
                + string.Join(", ", outputs));
        }
    }

    /// <summary>The shape of the pictures, [channels, height, width].</summary>
    public Shape Picture { get; }

    internal override bool TakesAnyPicture => true;

    internal override Shape Place => [outputs.Sum(o => o[0])];

    internal override PlaceGrid GridOf(Shape picture) => picture == Picture
        ? new(PlaceAxis.Even(Grid.Rows, picture[1]), PlaceAxis.Even(Grid.Columns, picture[2]))
        : throw new InputException(Kind, $"expected pictures {Picture}, as the network takes them, found {picture}; --size and --colour "
            + "make them so");

    private (int Rows, int Columns) Grid => isPooled ? (1, 1) : outputs.Select(o => (o[1], o[2])).Max();

    internal override float[] Extract(Dataset pictures, ReadOnlySpan<int> rows)
    {
        var (grid, size) = (Grid, Place.Count);
        int each = grid.Rows * grid.Columns * size;
        var all = new float[Dataset.Numbers(pictures.Name, [each], rows.Length)];
        using var noGrad = new NoGrad();
        for (int start = 0; start < rows.Length; start += Batch)
        {
            int[] some = rows.Slice(start, Math.Min(Batch, rows.Length - start)).ToArray();
            using var scope = new Scope();
            float[][] maps = [.. network.Forward(preprocessing.Apply(pictures.Batch(network.Device, some))).Select(o => o.Value.ToArray())];
            int first = start;
            Parallel.For(0, some.Length, i => Gather(maps, i, all.AsSpan((first + i) * each, each), size));
        }

        return all;
    }

    /// <summary>What the network finds in each picture as a whole: vectors, for any method. Pictures of another size are scaled.</summary>
    /// <param name="pictures">Images of bytes where they must be scaled.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Stops between two pictures.</param>
    /// <exception cref="InputException">The extractor has places, or the pictures other channels than the network takes.</exception>
    public Dataset Features(Dataset pictures, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (!isPooled || pictures.SampleShape.Rank != 3 || pictures.SampleShape[0] != Picture[0])
        {
            throw new InputException(pictures.Name, isPooled
                ? $"expected pictures of {Picture[0]} channels, as the network takes them, found samples {pictures.SampleShape}"
                : "expected features of pictures as a whole (pooled), found those of places");
        }

        int length = Place.Count;
        var all = new float[Dataset.Numbers(pictures.Name, Place, pictures.Count)];
        foreach (int[] rows in Enumerable.Range(0, pictures.Count).Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            var some = pictures.Select(rows).Resized(Picture[1], Picture[2]);
            Extract(some, [.. Enumerable.Range(0, rows.Length)]).CopyTo(all, rows[0] * length);
            progress?.Report(new("features", rows[^1] + 1, pictures.Count, double.NaN) { Counted = "pictures" });
        }

        return new(pictures.Name, Place, all, pictures.Labels) { Groups = pictures.Groups };
    }

    /// <summary>The features of one picture, place by place.</summary>
    private void Gather(float[][] maps, int picture, Span<float> target, int size)
    {
        int channel = 0;
        foreach (var (map, shape) in maps.Zip(outputs))
        {
            int height = shape.Rank == 3 ? shape[1] : 1, width = shape.Rank == 3 ? shape[2] : 1, area = height * width;
            for (int c = 0; c < shape[0]; c++, channel++)
            {
                var plane = map.AsSpan(((picture * shape[0]) + c) * area, area);
                if (isPooled)
                {
                    target[channel] = Mean(plane);
                }
                else
                {
                    Place3x3(plane, height, width, target[channel..], size);
                }
            }
        }
    }

    private static float Mean(ReadOnlySpan<float> plane)
    {
        double sum = 0;
        foreach (float value in plane)
        {
            sum += value;
        }

        return (float)(sum / plane.Length);
    }

    /// <summary>The means over 3×3 places of a plane, at the places of the grid, linear between.</summary>
    private void Place3x3(ReadOnlySpan<float> plane, int height, int width, Span<float> target, int step)
    {
        Span<float> means = stackalloc float[plane.Length <= 4096 ? plane.Length : 0];
        means = means.Length == plane.Length ? means : new float[plane.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                means[(y * width) + x] = Around(plane, height, width, y, x);
            }
        }

        var (rows, columns) = Grid;
        float[] between = new PlaceGrid(PlaceAxis.Even(height, rows), PlaceAxis.Even(width, columns)).Enlarge(means, rows, columns);
        for (int place = 0; place < between.Length; place++)
        {
            target[place * step] = between[place];
        }
    }

    private static float Around(ReadOnlySpan<float> plane, int height, int width, int y, int x)
    {
        var (sum, count) = (0f, 0);
        for (int v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
        {
            for (int u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++, count++)
            {
                sum += plane[(v * width) + u];
            }
        }

        return sum / count;
    }

    internal override JsonObject Describe() => new()
    {
        [Kind] = new JsonObject
        {
            ["height"] = Picture[1],
            ["width"] = Picture[2],
            ["pooled"] = isPooled,
            ["outputs"] = new JsonArray([.. network.Outputs.Select(o => JsonValue.Create(o))]),
            ["preprocessing"] = preprocessing.Write(),
        },
    };

    internal override void AddTo(SafeTensors file)
    {
        base.AddTo(file);
        network.AddTo(file, NetworkName);
    }

    internal static NetworkExtractor Load(Device device, SafeTensors file, JsonElement description) => new(
        Network.Load(device, file, NetworkName), Preprocessing.Read(description.GetProperty("preprocessing")),
        description.GetProperty("height").GetInt32(), description.GetProperty("width").GetInt32(),
        description.GetProperty("pooled").GetBoolean());

    /// <inheritdoc/>
    public override void Dispose()
    {
        network.Dispose();
        base.Dispose();
    }
}
