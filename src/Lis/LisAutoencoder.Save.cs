using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LisNative.Data;
using LisNative.Layers;
using LisNative.Models;
using LisNative.Training;

namespace LisNative;

public sealed partial class LisAutoencoder
{
    private const string Format = "lisnative-model", Version = "1";
    private const string MeanName = "scaler.mean", DeviationName = "scaler.deviation", HeldOutName = "calibration.scores", Phase1Name = "phase1.latent";

    /// <summary>Writes weights, settings and calibration as one safetensors file, beside its place and then renamed.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Save(string path)
    {
        var file = new SafeTensors();
        file.Metadata["format"] = Format;
        file.Metadata["version"] = Version;
        file.Metadata["sample"] = string.Join(",", Network.Architecture.Sample.Sizes.ToArray());
        file.Metadata["options"] = JsonSerializer.Serialize(Options, ModelJson.Default.LisOptions);
        Weights.AddTo(file, Network);
        foreach (var (name, parameter) in phase1Latent.Parameters)
        {
            file.Add($"{Phase1Name}.{name}", parameter.Value);
        }

        file.Add(HeldOutName, [heldOutScores.Length], heldOutScores);
        if (scaler is not null)
        {
            file.Add(MeanName, [scaler.Mean.Length], scaler.Mean);
            file.Add(DeviationName, [scaler.Deviation.Length], scaler.Deviation);
        }

        file.Write(path);
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote; its scores are those of the saved one, bit for bit.</summary>
    /// <exception cref="InputException">The file is damaged, of another kind or of another version.</exception>
    public static LisAutoencoder Load(Device device, string path)
    {
        var file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format || file.Metadata["version"] != Version)
        {
            throw new InputException(path, $"expected a {Format} of version {Version}, found {format ?? "no such model"}{(format is null ? "" : $" of version {file.Metadata["version"]}")}");
        }

        var (options, sample) = Settings(file);
        var network = Autoencoder.Create(device, new(sample, options.Width1, options.Width2, options.Latent), default);
        Weights.Load(network, file);
        var phase1 = Copy(device, network.Latent);
        foreach (var (name, parameter) in phase1.Parameters)
        {
            using var value = device.From(Sized(file, $"{Phase1Name}.{name}", parameter.Shape), parameter.Shape);
            parameter.Value.CopyFrom(value);
        }

        bool scales = file.Tensors.ContainsKey(MeanName);
        var scaler = scales ? new Scaler(Sized(file, MeanName, sample), Sized(file, DeviationName, sample)) : null;
        return new(device, network, phase1, scaler, file[HeldOutName].ToFloats(), options);
    }

    private static float[] Sized(SafeTensors file, string name, Shape shape) => file[name].Shape == shape ? file[name].ToFloats()
        : throw new InputException(file.Source, $"tensor \"{name}\": expected {shape}, found {file[name].Shape}");

    private static (LisOptions Options, Shape Sample) Settings(SafeTensors file)
    {
        try
        {
            var options = JsonSerializer.Deserialize(file.Metadata["options"], ModelJson.Default.LisOptions) ?? throw new JsonException("no settings");
            int[] sizes = [.. file.Metadata["sample"].Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
            var architecture = new Architecture(Shape.Create(sizes), options.Width1, options.Width2, options.Latent).Checked();
            return (options, architecture.Sample);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw new InputException(file.Source, $"the model's settings are not valid ({e.Message})", e);
        }
    }
}

/// <summary>JSON without reflection, so that models load under trimming and NativeAOT.</summary>
[JsonSerializable(typeof(LisOptions))]
internal sealed partial class ModelJson : JsonSerializerContext;
