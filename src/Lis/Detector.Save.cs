using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Data;
using LisNative.Features;
using LisNative.Random;

namespace LisNative;

/// <remarks>
/// The file: tensors of the model; <c>calibration.*</c>, scores and codes of held-out samples; <c>scaler.*</c> for vectors, a mean being
/// the sum of two floats where one would not do; <c>selftest.sample</c> and <c>selftest.score</c>. Its metadata: format, version, method,
/// options (both phases' settings), sample (the shape; pixels are in [0, 1]), columns (the names of a vector's numbers, where known),
/// encoding (what cells of a table become these numbers, where they are not the cells), range (the counts of image files that became 0 and
/// 1, where chosen), windows and time (of a signal, where samples are windows), provenance, and a digest of all numbers.
/// </remarks>
public sealed partial class Detector
{
    private const string Format = "lisnative-model", Version = "3";
    private const string MeanName = "scaler.mean", MeanRestName = "scaler.mean.rest", DeviationName = "scaler.deviation",
        ScoresName = "calibration.scores";
    private const string ColumnsName = "columns", EncodingName = "encoding", RangeName = "range", WindowsName = "windows",
        TimeName = "time";
    private const string TestSampleName = "selftest.sample", TestScoreName = "selftest.score";

    /// <summary>How far a score may move between devices: the tensor cores' reduced precision moves it most.</summary>
    private const double SelfTestTolerance = 2e-3;

    /// <summary>Writes what was learnt, settings and calibration as one safetensors file, beside its place and then renamed.</summary>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public void Save(string path) => Stored().Write(path);

    /// <summary>Writes the same to a stream, from where it stands; the stream stays open.</summary>
    public void Save(Stream stream) => Stored().Write(stream);

    private SafeTensors Stored()
    {
        using var use = Use();
        var method = Methods.Find(Options);
        var file = new SafeTensors();
        model.AddTo(file);
        file.Add(ScoresName, [Calibration.Scores.Length], Calibration.Scores);
        codes?.AddTo(file);
        if (scaler is not null)
        {
            var (mean, rest) = scaler.Parts();
            file.Add(MeanName, [mean.Length], mean);
            if (rest.Any(r => r != 0))
            {
                file.Add(MeanRestName, [rest.Length], rest);
            }

            file.Add(DeviationName, [scaler.Deviation.Length], scaler.Deviation);
        }

        float[] test = TestSample(), score = new float[1];
        ScoreEach(test, score);
        file.Add(TestSampleName, SampleShape, test);
        file.Add(TestScoreName, [1], score);
        foreach (var (name, text) in new (string, string?)[]
            {
                ("format", Format), ("version", Version), ("method", method.Name),
                ("sample", string.Join(",", SampleShape.Sizes.ToArray())),
                (ColumnsName, Columns?.Names is { } names ? new JsonArray([.. names]).ToJsonString() : null),
                (EncodingName, Columns?.Encoding?.Write().ToJsonString()),
                (RangeName, Range is var (low, high) ? $"{low},{high}" : null),
                (WindowsName, Windows?.Write()), (TimeName, Columns?.Time),
                ("options", method.Write(Options).ToJsonString()), ("provenance", Provenance.Write().ToJsonString()),
            })
        {
            if (text is not null)
            {
                file.Metadata[name] = text;
            }
        }

        file.Metadata["digest"] = file.Digest();
        return file;
    }

    /// <summary>Reads a detector for the CPU; see <see cref="Load(Device, string)"/>.</summary>
    /// <inheritdoc cref="Load(Device, string)" path="/exception"/>
    public static Detector Load(string path) => Load(Device.Cpu, path);

    /// <inheritdoc cref="Load(string)"/>
    public static Detector Load(Stream stream) => Load(Device.Cpu, stream);

    /// <inheritdoc cref="Load(string)"/>
    public static Detector Load(ReadOnlyMemory<byte> bytes) => Load(Device.Cpu, bytes);

    /// <summary>
    /// Reads a detector that <see cref="Save(string)"/> wrote, and lets it score the sample in the file: it must still find the score that
    /// it found then. On the same kind of device its scores are those of the saved one, bit for bit. Nothing in the file is executed.
    /// </summary>
    /// <exception cref="InputException">The file is damaged, of another kind or of another version, or the device gives other
    /// scores.</exception>
    public static Detector Load(Device device, string path)
    {
        JitWarmup.Begin(device);
        return Load(device, SafeTensors.Read(path));
    }

    /// <summary>Reads a detector from a stream, to its end; else as from a file.</summary>
    /// <inheritdoc cref="Load(Device, string)" path="/exception"/>
    public static Detector Load(Device device, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        JitWarmup.Begin(device);
        return Load(device, SafeTensors.Read(stream, "model"));
    }

    /// <summary>Reads a detector from the bytes of a file, an embedded resource or whatever holds them; they are copied.</summary>
    /// <inheritdoc cref="Load(Device, string)" path="/exception"/>
    public static Detector Load(Device device, ReadOnlyMemory<byte> bytes)
    {
        JitWarmup.Begin(device);
        return Load(device, SafeTensors.Parse(bytes, "model"));
    }

    /// <summary>Reads a detector from a file without holding a thread while the disk is waited for.</summary>
    /// <inheritdoc cref="Load(Device, string)" path="/exception"/>
    public static async Task<Detector> LoadAsync(string path, Device? device = null, CancellationToken cancellation = default)
    {
        JitWarmup.Begin(device ??= Device.Cpu);
        byte[] bytes = await SafeTensors.ReadBytesAsync(path, cancellation).ConfigureAwait(false);
        return Load(device, SafeTensors.Parse(bytes, path));
    }

    /// <summary>Reads a detector from a stream, to its end, without holding a thread while the stream is waited for.</summary>
    /// <inheritdoc cref="Load(Device, string)" path="/exception"/>
    public static async Task<Detector> LoadAsync(Stream stream, Device? device = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        JitWarmup.Begin(device ??= Device.Cpu);
        return Load(device, await SafeTensors.ReadAsync(stream, "model", cancellation).ConfigureAwait(false));
    }

    private static Detector Load(Device device, SafeTensors file)
    {
        string path = file.Source;
        file.CheckFormat(Format, Version, Writer(file));
        try
        {
            return Alone(() => Read(device, file));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or OverflowException or ArgumentException
            or InvalidOperationException)
        {
            throw new InputException(path, $"the model's settings are not valid ({e.Message})", e);
        }
        catch (InputException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InputException(path, $"the model's settings are not valid ({e.Message})", e);
        }
    }

    /// <summary>
    /// The version of the engine that wrote a file; null where a file of another version does not tell as this one would.
    /// </summary>
    private static string? Writer(SafeTensors file)
    {
        try
        {
            return Text(file, "provenance") is { } text ? Provenance.Read(JsonDocument.Parse(text).RootElement).Engine : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static Detector Read(Device device, SafeTensors file)
    {
        Shape sample = Shape.Create(Numbers(file.Metadata["sample"]));
        JitWarmup.BeginPictures(sample);
        var options = Methods.Get(file.Metadata["method"]).Read(JsonDocument.Parse(file.Metadata["options"]).RootElement);
        options.Check();
        var scaler = !file.Tensors.ContainsKey(MeanName) ? null
            : Scaler.OfParts(file.Get(MeanName, sample).ToFloats(), file.Tensors.ContainsKey(MeanRestName)
                ? file.Get(MeanRestName, sample).ToFloats() : null, file.Get(DeviationName, sample).ToFloats());
        var provenance = Provenance.Read(JsonDocument.Parse(file.Metadata["provenance"]).RootElement);
        string[]? columns = Text(file, ColumnsName) is { } names
            ? [.. JsonDocument.Parse(names).RootElement.EnumerateArray().Select(n => n.GetString()!)] : null;
        var windows = Text(file, WindowsName) is { } window ? Windows.Read(window, sample) : null;
        int row = sample.Count / (windows?.Length ?? 1);
        if (columns is not null && columns.Length != row)
        {
            throw new JsonException($"{columns.Length} columns for samples {sample}");
        }

        var encoding = Text(file, EncodingName) is { } rules ? TableEncoding.Read(JsonDocument.Parse(rules).RootElement) : null;
        if (encoding is not null && encoding.Names.Length != row)
        {
            throw new JsonException($"an encoding of {encoding.Names.Length} numbers for samples {sample}");
        }

        var features = FeatureExtractor.Load(device, file);
        var loaded = features is null ? options.Load(device, sample, file)
            : PlaceModel.Load(device, features, file, options.Load(device, features.Place, file));
        var detector = new Detector(device, loaded, options, sample, scaler,
            (columns, encoding, Text(file, TimeName)), windows,
            new(file[ScoresName].ToFloats(), provenance.HeldOutGroups), NormalCodes.Load(file), provenance)
        {
            Range = Text(file, RangeName) is not { } range ? null : Numbers(range) is [var low, var high] ? (low, high)
                : throw new JsonException($"a range of {range}"),
        };
        try
        {
            float expected = file.Get(TestScoreName, [1]).ToFloats()[0],
                found = detector.Score(file.Get(TestSampleName, sample).ToFloats());
            return Math.Abs(found - expected) <= SelfTestTolerance * (1 + Math.Abs(expected)) ? detector
                : throw new InputException(file.Source,
                    FormattableString.Invariant($"self-test: expected the score {expected} on {device}, found {found}"));
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    private static string? Text(SafeTensors file, string name) => file.Metadata.TryGetValue(name, out string? text) ? text : null;

    private static int[] Numbers(string text) => [.. text.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];

    /// <summary>Noise of the data's range: it says nothing about them, and touches every weight.</summary>
    private float[] TestSample()
    {
        var sample = new float[SampleShape.Count];
        var random = new Philox(0x5E1F);
        for (int i = 0; i < sample.Length; i++)
        {
            sample[i] = random.Uniform((ulong)i);
        }

        scaler?.Restore(sample);
        return sample;
    }
}
