using System.Globalization;
using System.Text.Json;
using LisNative.Data;
using LisNative.Layers;

namespace LisNative;

public sealed partial class Detector
{
    private const string Format = "lisnative-model", Version = "2";
    private const string MeanName = "scaler.mean", DeviationName = "scaler.deviation", HeldOutName = "calibration.scores";

    /// <summary>Writes what was learnt, settings and calibration as one safetensors file, beside its place and then renamed.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Save(string path)
    {
        var method = Methods.Of(Options);
        var file = new SafeTensors();
        file.Metadata["format"] = Format;
        file.Metadata["version"] = Version;
        file.Metadata["method"] = method.Name;
        file.Metadata["sample"] = string.Join(",", Sample.Sizes.ToArray());
        file.Metadata["options"] = method.Write(Options).ToJsonString();
        model.AddTo(file);
        file.Add(HeldOutName, [heldOutScores.Length], heldOutScores);
        if (scaler is not null)
        {
            file.Add(MeanName, [scaler.Mean.Length], scaler.Mean);
            file.Add(DeviationName, [scaler.Deviation.Length], scaler.Deviation);
        }

        file.Write(path);
    }

    /// <summary>Reads a detector that <see cref="Save"/> wrote; its scores are those of the saved one, bit for bit. Nothing in the file is executed.</summary>
    /// <exception cref="InputException">The file is damaged, of another kind or of another version.</exception>
    public static Detector Load(Device device, string path)
    {
        var file = SafeTensors.Read(path);
        if (!file.Metadata.TryGetValue("format", out string? format) || format != Format || file.Metadata["version"] != Version)
        {
            throw new InputException(path, $"expected a {Format} of version {Version}, found {format ?? "no such model"}{(format is null ? "" : $" of version {file.Metadata["version"]}")}");
        }

        try
        {
            Shape sample = Shape.Create([.. file.Metadata["sample"].Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))]);
            var options = Methods.Named(file.Metadata["method"]).Read(JsonDocument.Parse(file.Metadata["options"]).RootElement);
            options.Check();
            var scaler = file.Tensors.ContainsKey(MeanName) ? new Scaler(file.Of(MeanName, sample).ToFloats(), file.Of(DeviationName, sample).ToFloats()) : null;
            return new(device, options.Load(device, sample, file), options, sample, scaler, file[HeldOutName].ToFloats());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException or ArgumentException)
        {
            throw new InputException(path, $"the model's settings are not valid ({e.Message})", e);
        }
        catch (InputException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException(path, $"the model's settings are not valid ({e.Message})", e);
        }
    }
}
