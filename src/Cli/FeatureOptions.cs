using System.CommandLine;
using LisNative.Data;
using LisNative.Data.Synthetic;
using LisNative.Features;
using LisNative.Layers;
using LisNative.Onnx;

namespace LisNative.Cli;

/// <summary>What is looked at in pictures in place of their pixels as a whole, as command-line options.</summary>
internal sealed class FeatureOptions
{
    /// <summary>Of pictures that networks of any size are trained on.</summary>
    private static readonly (int Height, int Width) UsualSize = (224, 224);

    private const string Scattering = "scattering";

    private readonly Option<string?> patches = new("--patches")
    {
        Description = "Learn what square patches of pictures are like, in full detail, instead of pictures as a whole: SIZE or "
        + "SIZE/STRIDE in pixels, for example 16 or 16/8. Then --size is the pictures' size, and there are maps.",
    };

    private readonly Option<string?> features = new("--features")
    {
        Description = "Learn what a trained network finds in pictures, place by place: an ONNX file, which the model then holds, or "
        + "FILE:OUTPUT,OUTPUT with names of values in it. Without names: its last maps of an eighth and of a sixteenth of the picture's "
        + $"side. Or {Scattering}: what wavelets find, which needs no file.",
    };

    private readonly Option<bool> pooled = new("--pooled")
    {
        Description = "With --features: of each picture as a whole, the mean of each map; without names of its last maps."
    };

    private readonly Option<string> preprocess = new("--preprocess")
    {
        Description = $"With --features: what the network was given of pixels in training, {string.Join(", ", Preprocessing.Named.Keys)}.",
        DefaultValueFactory = _ => "imagenet",
    };

    internal IReadOnlyList<Option> All => [patches, features, pooled, preprocess];

    /// <summary>Whether a network's features are asked for.</summary>
    internal bool HasNetwork(ParseResult parsed) => parsed.GetValue(features) is not null;

    /// <summary>What is asked for, in words; nothing for samples as a whole.</summary>
    internal IEnumerable<(string, string)> Facts(ParseResult parsed, FeatureExtractor? extractor) =>
        parsed.GetValue(patches) is { } sizes ? [("patches", sizes)]
        : extractor is ScatteringExtractor ? [("features", Scattering)]
        : parsed.GetValue(features) is { } file ? [("features", $"{Path.GetFileName(file)}, {parsed.GetValue(preprocess)}"
            + $"{(parsed.GetValue(pooled) ? ", pooled" : "")}")] : [];

    /// <summary>
    /// What is looked at in pictures, and how they are read for it; null for samples as a whole. Photographs are looked at by wavelets
    /// where nothing is said of that or of the method.
    /// </summary>
    /// <exception cref="InputException">It is no such thing.</exception>
    internal (Func<Shape, FeatureExtractor>? Create, ReadOptions How) Read(
        ParseResult parsed, MethodOptions settings, string normal, Terminal terminal, Device device, ReadOptions how)
    {
        if (All.Any(parsed.IsGiven) || !settings.IsOpen(parsed) || !ArePhotographs(normal, how))
        {
            return Read(parsed, device, how);
        }

        terminal.Say($"{normal}: photographs, learnt place by place (--features {Scattering}); with a --method they are learnt as a whole");
        return OfWavelets(parsed, device, how);
    }

    /// <summary>By the first of them that can be read.</summary>
    private static bool ArePhotographs(string normal, ReadOptions how)
    {
        const int first = 8;
        if (!ImageFiles.IsCollection(normal))
        {
            return false;
        }

        how = how with { Warn = _ => { }, Unreadable = _ => { }, Progress = (_, _) => { }, Group = null };
        return ImageFiles.Stream(normal, first, how).FirstOrDefault()?.Read() is { } some
            && SyntheticNegatives.IsPhotographs(some.Samples);
    }

    /// <summary>What is asked for, and how pictures are read for it; null for samples as a whole.</summary>
    /// <exception cref="InputException">It is no such thing.</exception>
    internal (Func<Shape, FeatureExtractor>? Create, ReadOptions How) Read(ParseResult parsed, Device device, ReadOptions how)
    {
        if (parsed.GetValue(patches) is { } text)
        {
            int[] sizes = [.. text.Split('/').Select(t => int.TryParse(t, out int n) ? n : -1)];
            return parsed.GetValue(features) is { } both
                ? throw new InputException("--patches", $"expected it without --features, found both, {text} and {both}")
                : sizes is [> 0] or [> 0, > 0]
                    ? (sample => new PatchExtractor(ChannelsOf(sample), sizes[0], sizes.Length > 1 ? sizes[1] : null), how)
                    : throw new InputException("--patches", $"expected SIZE or SIZE/STRIDE in pixels, found {text}");
        }

        if (parsed.GetValue(features) is not { } file)
        {
            return !parsed.GetValue(pooled) ? (null, how)
                : throw new InputException("--pooled", "expected it with --features, found it alone");
        }

        if (file == Scattering)
        {
            return OfWavelets(parsed, device, how);
        }

        string name = parsed.GetValue(preprocess)!;
        var preprocessing = Preprocessing.Named.TryGetValue(name, out var known) ? known : throw new InputException(
            "--preprocess", $"expected one of {string.Join(", ", Preprocessing.Named.Keys)}, found {name}");
        int colon = file.LastIndexOf(':');
        bool isNamed = colon > 0 && !File.Exists(file);
        int[] strides = parsed.GetValue(pooled) ? [32] : [8, 16];

        // What follows the maps may take no other size than the network's own.
        var network = isNamed ? OnnxImport.Read(device, file[..colon], file[(colon + 1)..].Split(','))
            : OnnxImport.Read(device, file, whole => LastMaps(whole, file, OwnSize(whole, file) ?? how.Size ?? UsualSize, strides));
        var (height, width) = how.Size ?? OwnSize(network, file) ?? UsualSize;
        var extractor = new NetworkExtractor(network, preprocessing, height, width, parsed.GetValue(pooled));
        var colour = network.Input[0] == 1 ? Colour.Grey : Colour.Rgb;
        return how.Colour is null || how.Colour == colour ? (_ => extractor, how with { Size = (height, width), Colour = colour })
            : throw new InputException("--colour", $"expected {colour}, as the network takes pictures, found {how.Colour}");
    }

    private (Func<Shape, FeatureExtractor> Create, ReadOptions How) OfWavelets(ParseResult parsed, Device device, ReadOptions how)
    {
        if (Array.Find([pooled, (Option)preprocess], parsed.IsGiven) is { } odd)
        {
            throw new InputException(odd.Name, $"expected it with --features FILE.onnx, found --features {Scattering}");
        }

        var (height, width) = how.Size ?? UsualSize;
        ScatteringExtractor? one = null;
        return (sample => one ??= new(device, ChannelsOf(sample), height, width), how with { Size = (height, width) });
    }

    /// <summary>
    /// The extractor whose vectors take the place of a known data set's pictures, and a name that tells them from all others; null where
    /// none is asked for.
    /// </summary>
    /// <exception cref="InputException">Places are asked for, which known data sets are too small to have.</exception>
    internal (NetworkExtractor Extractor, string Name)? OfDataSet(ParseResult parsed, Device device, ReadOptions how)
    {
        if (parsed.GetValue(patches) is not null || (parsed.GetValue(features) is not null && !parsed.GetValue(pooled)))
        {
            throw new InputException(parsed.GetValue(patches) is null ? "--features" : "--patches",
                "expected --features FILE.onnx --pooled with a data set, whose pictures are too small to have places, found places");
        }

        var (create, wanted) = Read(parsed, device, how);
        if (create is null)
        {
            return null;
        }

        var extractor = (NetworkExtractor)create(default);
        var file = new SafeTensors();
        extractor.AddTo(file);
        return (extractor, $"{Path.GetFileName(parsed.GetValue(features))} {wanted.Size!.Value.Height}x{wanted.Size.Value.Width} "
            + file.Digest()[..16]);
    }

    /// <summary>What a network takes alone; null where it takes any size.</summary>
    private static (int Height, int Width)? OwnSize(Network network, string file) => network.Input.Rank != 3
        ? throw new InputException(file, $"expected a network of images [channels, height, width], found one of samples {network.Input}")
        : network.Input[1] is > 0 and var height ? (height, network.Input[2]) : null;

    private static IReadOnlyList<string> LastMaps(Network network, string file, (int Height, int Width) size, int[] strides)
    {
        try
        {
            return network.LastMaps(size.Height, size.Width, strides);
        }
        catch (ArgumentException e)
        {
            throw new InputException(file, $"the network has no maps to choose by itself ({e.Message}); FILE:OUTPUT,OUTPUT names them", e);
        }
    }

    private static int ChannelsOf(Shape sample) => sample.Rank == 3 ? sample[0]
        : throw new InputException("--patches", $"expected pictures, found samples {sample}");
}
