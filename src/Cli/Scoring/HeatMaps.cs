using System.Text.Json.Nodes;
using LisNative.Data;

namespace LisNative.Cli.Scoring;

/// <summary>Explanations as files: one picture a sample, and one line of JSON a sample.</summary>
internal sealed class HeatMaps(string folder, Detector detector, float threshold)
{
    private const int MostZoom = 6, Shown = 256, Strongest = 5;
    private const string Lines = "explanations.jsonl";

    private int written;

    /// <summary>
    /// Explains samples and returns their scores. A picture shows the input, its reconstruction, the nearest normal reconstruction, and the
    /// error |x̂ − x| of each pixel from black (0) over red to white (1). Of a model of places it shows the input twice, the second time
    /// with red where places score above their median; full red is the threshold, or the highest score if that is above it.
    /// </summary>
    internal float[] Write(IReadOnlyList<string> names, Dataset samples)
    {
        Directory.CreateDirectory(folder);
        using var lines = new StreamWriter(Path.Combine(folder, Lines), append: written > 0);
        float[] x = samples.ToFloats();
        int size = samples.SampleShape.Count;
        var explained = detector.Explain(samples);
        var columns = samples.SampleShape.Rank == 1 ? detector.ExplainColumns(samples, Strongest) : null;
        foreach (var (i, e) in explained.Index())
        {
            string? picture = samples.SampleShape.Rank == 3 ? FormattableString.Invariant($"{written:D6}-{FileName(names[i])}.png") : null;
            if (picture is not null)
            {
                float[] input = Colours(x.AsSpan(i * size, size)), row = e.Reconstruction.Length == 0
                    ? [.. input, .. Over(input, e.ErrorMap)]
                    : [.. input, .. Colours(e.Reconstruction), .. e.NearestNormal.Length > 0 ? Colours(e.NearestNormal) : [],
                        .. Heat(e.ErrorMap)];
                ImageGrid.Write(Path.Combine(folder, picture), [3, samples.SampleShape[1], samples.SampleShape[2]], [row],
                    (_, _) => e.Score <= threshold, Math.Clamp(Shown / samples.SampleShape[1], 1, MostZoom));
            }

            var line = new JsonObject
            {
                ["sample"] = names[i],
                ["score"] = e.Score,
                ["picture"] = picture,
                ["directions"] = Top(e.Reactions, "direction", "deviations"),
                [picture is null ? "elements" : "pixels"] =
                    Top(e.ErrorMap, "index", e.Reconstruction.Length == 0 ? "score" : "squaredError"),
            };
            if (columns is not null)
            {
                line["columns"] = ScoreWriter.Json(columns[i]);
            }

            lines.WriteLine(line.ToJsonString());
            written++;
        }

        return [.. explained.Select(e => e.Score)];
    }

    /// <summary>A sample's name without its folders, and with what no file system minds, its length neither.</summary>
    private static string FileName(string name) =>
        string.Concat(Path.GetFileNameWithoutExtension(name).Take(60)
        .Select(c => char.IsLetterOrDigit(c) || c is '-' or '.' or ',' or ' ' ? c : '_'));

    private static JsonArray Top(float[] values, string index, string value) =>
        [.. Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i])).Take(Strongest)
            .Select(i => (JsonNode)new JsonObject { [index] = i, [value] = values[i] })];

    /// <summary>[3, height, width] of an image of one channel or three.</summary>
    private float[] Colours(ReadOnlySpan<float> image) =>
        detector.SampleShape[0] == 3 ? image.ToArray() : [.. image[..Pixels], .. image[..Pixels], .. image[..Pixels]];

    private float[] Heat(float[] map)
    {
        float[] error = [.. map.Select(m => MathF.Sqrt(m / detector.SampleShape[0]))];
        return [.. error.Select(e => Math.Clamp(3 * e, 0, 1)), .. error.Select(e => Math.Clamp((3 * e) - 1, 0, 1)),
            .. error.Select(e => Math.Clamp((3 * e) - 2, 0, 1))];
    }

    /// <summary>A picture in three colours, red where its places score high: from half of them on, up to the threshold or beyond.</summary>
    private float[] Over(float[] input, float[] map)
    {
        float[] sorted = [.. map.Order()];
        float low = sorted[sorted.Length / 2], high = float.IsFinite(threshold) ? Math.Max(threshold, sorted[^1]) : sorted[^1];
        float[] red = [.. map.Select(m => Math.Clamp((m - low) / Math.Max(high - low, float.Epsilon), 0, 1))];
        return [.. input.Select((v, i) => float.Lerp(v, i < red.Length ? 1 : 0, red[i % red.Length]))];
    }

    private int Pixels => detector.SampleShape[1] * detector.SampleShape[2];

    /// <summary>Refuses what cannot be explained before anything is scored.</summary>
    /// <exception cref="InputException">The method does not reconstruct, or the folder cannot be made.</exception>
    internal void Check(string[] inputs)
    {
        if (!detector.Explains)
        {
            throw new InputException(
                "--explain", "expected a method that reconstructs, or that scores places of pictures (--patches, --features), "
                + $"found {Methods.Find(detector.Options).Name}");
        }

        Outputs.Check("--explain", Path.Combine(folder, "000000.png"), inputs);
        if (Array.Find(inputs, i => i != "-" && !Directory.Exists(i) && FileStatus.AreSame(folder, SampleArguments.Around(i))) is { } among)
        {
            throw new InputException("--explain", $"expected a folder apart from what is read, found {folder}, where {among} is");
        }

        Outputs.CheckUnnamed("--explain", Path.Combine(folder, Lines), mark: "{\"sample\":");
    }
}
