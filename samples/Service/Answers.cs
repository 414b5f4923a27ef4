using System.Text.Json.Serialization;
using LisNative.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Service;

/// <summary>Rows of numbers, each one sample.</summary>
internal sealed record Rows([property: JsonPropertyName("rows")] float[]?[]? Values);

/// <summary>A verdict on one sample, or what is wrong with it.</summary>
internal sealed record Answer
{
    public Answer()
    {
    }

    internal Answer(Verdict verdict) => (Score, Threshold, PValue, Anomalous) =
        (verdict.Score, float.IsFinite(verdict.Threshold) ? verdict.Threshold : null, verdict.PValue, verdict.IsAnomaly);

    public string? Name { get; init; }

    public float? Score { get; init; }

    public float? Threshold { get; init; }

    public double? PValue { get; init; }

    public bool? Anomalous { get; init; }

    public string? Problem { get; init; }
}

/// <summary>What a detector is at the moment.</summary>
internal sealed record DetectorAnswer(string Name, int[] Shape, float? Threshold)
{
    internal DetectorAnswer(IDetector detector) : this(
        detector.Name, detector.SampleShape.Sizes.ToArray(), float.IsFinite(detector.Threshold) ? detector.Threshold : null)
    {
    }
}

internal static class Answers
{
    /// <summary>The state in a word, and a line for each check that has something to say.</summary>
    internal static Task WriteHealth(HttpContext context, HealthReport report) => context.Response.WriteAsync(string.Join('\n',
        report.Entries.Values.Select(entry => entry.Description).OfType<string>().Prepend(report.Status.ToString())));
}

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(Rows))]
[JsonSerializable(typeof(Answer[]))]
[JsonSerializable(typeof(DetectorAnswer[]))]
[JsonSerializable(typeof(Stream))]
[JsonSerializable(typeof(IFormFileCollection))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class ServiceJson : JsonSerializerContext;
