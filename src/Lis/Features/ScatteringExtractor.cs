using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Memory;

namespace LisNative.Features;

/// <summary>
/// What a network with fixed weights finds at each place: how strongly the picture varies along 8 directions at 4 sizes, and how each of
/// these strengths varies in turn at the larger ones. It is a scattering transform of two orders (S. Mallat, Group invariant scattering,
/// Communications on Pure and Applied Mathematics 65, 2012; J. Bruna, S. Mallat, Invariant scattering convolution networks, TPAMI 35,
/// 2013) with Morlet wavelets. Nothing is learnt, so that no weights of others are needed. Light that is brighter or darker as a whole
/// makes no difference.
/// </summary>
public sealed class ScatteringExtractor : FeatureExtractor
{
    internal const string Kind = "scattering";

    /// <summary>Pixels along a side from one place to the next; sizes of wavelets, each twice the one before.</summary>
    private const int Step = 8, Sizes = 4;

    /// <summary>Pixels along a side.</summary>
    private const int Least = 4 * Step, Most = 2048;

    /// <summary>Pixels that are looked at together, in whole pictures.</summary>
    private const int AtOnce = 1 << 19;

    private const int Border = Wavelets.Side / 2;

    private readonly Device device;
    private readonly Tensor wavelets, blur;

    /// <param name="device">Where it computes.</param>
    /// <param name="channels">Of the pictures: 1 for grey, 3 for red, green and blue.</param>
    /// <param name="height">Of the pictures, in pixels.</param>
    /// <param name="width">Of the pictures, in pixels.</param>
    /// <exception cref="InputException">Such pictures are not looked at.</exception>
    public ScatteringExtractor(Device device, int channels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (channels is not (1 or 3) || Math.Min(height, width) < Least || Math.Max(height, width) > Most)
        {
            throw new InputException(Kind, $"expected pictures of 1 or 3 channels and {Least} to {Most} pixels a side, found "
                + $"{channels} of {height}x{width}; --size scales them, and --patches takes larger ones");
        }

        (this.device, Picture) = (device, [channels, height, width]);
        (wavelets, blur) = (device.From(Wavelets.Bank(), [2 * Wavelets.Directions, 1, Wavelets.Side, Wavelets.Side]),
            device.From(Wavelets.Blur(), [1, 1, 5, 5]));
    }

    /// <summary>The shape of the pictures, [channels, height, width].</summary>
    public Shape Picture { get; }

    internal override bool TakesAnyPicture => true;

    /// <summary>Of brightness means and both orders of strengths; of each difference of colours means and the first order.</summary>
    internal override Shape Place
    {
        get
        {
            int first = Sizes * Wavelets.Directions, second = Sizes * (Sizes - 1) / 2 * Wavelets.Directions * Wavelets.Directions;
            return [(Picture[0] * (1 + first)) + second];
        }
    }

    internal override PlaceGrid GridOf(Shape picture) => picture == Picture
        ? new(PlaceAxis.Even(Places(picture[1]), picture[1]), PlaceAxis.Even(Places(picture[2]), picture[2]))
        : throw new InputException(Kind, $"expected pictures {Picture}, found {picture}; --size and --colour make them so");

    internal override float[] Extract(Dataset pictures, ReadOnlySpan<int> rows)
    {
        int size = GridOf(pictures.SampleShape).Count * Place.Count, batch = Math.Max(1, AtOnce / (Picture[1] * Picture[2]));
        var all = new float[Dataset.Numbers(pictures.Name, [size], rows.Length)];
        using var noGrad = new NoGrad();
        for (int start = 0; start < rows.Length; start += batch)
        {
            using var scope = new Scope();
            var some = rows.Slice(start, Math.Min(batch, rows.Length - start));
            Transform(pictures.Batch(device, some)).Value.ToArray().CopyTo(all, start * size);
        }

        return all;
    }

    /// <summary>Of pictures [N, channels, height, width] what there is at their places, [N, rows, columns, place].</summary>
    private Var Transform(Var pictures)
    {
        var light = Relative(pictures);
        var parts = new List<Var>();
        for (int channel = 0; channel < Picture[0]; channel++)
        {
            var level = channel == 0 ? light.Mean([1], keep: true) : light.Slice(1, channel, 1) - light.Slice(1, 0, 1);
            for (int size = 0; size < Sizes; size++)
            {
                var strengths = Strengths(level);
                parts.Add(AtPlaces(strengths, size));
                for (int larger = size + 1; channel == 0 && larger < Sizes; larger++)
                {
                    strengths = Halved(strengths);
                    parts.Add(AtPlaces(Strengths(strengths), larger));
                }

                level = size < Sizes - 1 ? Halved(level) : level;
            }

            parts.Add(AtPlaces(level, Sizes - 1));
        }

        return Var.Concat(1, parts).Permute(0, 2, 3, 1);
    }

    /// <summary>The logarithm of the pixels in units of the picture's mean: a strength is then one of contrast.</summary>
    private static Var Relative(Var pictures)
    {
        const double darkest = 1e-3, shade = 0.1;
        return ((pictures / (pictures.Mean([1, 2, 3], keep: true) + darkest)) + shade).Log();
    }

    /// <summary>The magnitudes of the wavelets of one size: [N, C, H, W] → [N, C · directions, H, W].</summary>
    private Var Strengths(Var x)
    {
        var (n, c, h, w) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        var y = Var.Conv2d(Extended(x, Border).Reshape(n * c, 1, h + (2 * Border), w + (2 * Border)), wavelets, new(1));
        Var real = y.Slice(1, 0, Wavelets.Directions), imaginary = y.Slice(1, Wavelets.Directions, Wavelets.Directions);
        return (real.Square() + imaginary.Square()).Sqrt().Reshape(n, c * Wavelets.Directions, h, w);
    }

    /// <summary>Half as many rows and columns, of odd numbers one more.</summary>
    private Var Halved(Var x)
    {
        var (n, c, h, w) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        return Var.Conv2d(Extended(x, 2).Reshape(n * c, 1, h + 4, w + 4), blur, new(2)).Reshape(n, c, (h + 1) / 2, (w + 1) / 2);
    }

    /// <summary>Means at the places of what was halved so often; of as many values as places, over the 3×3 around each.</summary>
    private static Var AtPlaces(Var x, int halved)
    {
        int step = Step >> halved;
        return step > 1 ? x.AvgPool2d(step, step, ceiling: true, countsPadding: false)
            : x.AvgPool2d(3, 1, 1, countsPadding: false);
    }

    /// <summary>So many more rows and columns on each side, equal to the outermost.</summary>
    private Var Extended(Var x, int by)
    {
        IndexTensor Rows(int size) => device.Indices([.. Enumerable.Range(-by, size + (2 * by)).Select(i => Math.Clamp(i, 0, size - 1))]);
        return x.Gather(2, Rows(x.Shape[2])).Gather(3, Rows(x.Shape[3]));
    }

    private static int Places(int pixels) => (pixels + Step - 1) / Step;

    internal override JsonObject Describe() => new()
    {
        [Kind] = new JsonObject { ["channels"] = Picture[0], ["height"] = Picture[1], ["width"] = Picture[2] },
    };

    internal static ScatteringExtractor Load(Device device, JsonElement description) => new(
        device, description.GetProperty("channels").GetInt32(), description.GetProperty("height").GetInt32(),
        description.GetProperty("width").GetInt32());

    /// <inheritdoc/>
    public override void Dispose()
    {
        wavelets.Dispose();
        blur.Dispose();
        base.Dispose();
    }
}
