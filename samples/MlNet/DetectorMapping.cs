using LisNative;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Pumps;

/// <summary>What a detector reads of a row.</summary>
public sealed class DetectorInput
{
    [VectorType]
    public float[] Features { get; set; } = [];
}

/// <summary>The columns that it appends, named as ML.NET's evaluators expect them.</summary>
public sealed class DetectorOutput
{
    /// <summary>Higher is more anomalous.</summary>
    public float Score { get; set; }

    /// <summary>Whether the score lies above the threshold.</summary>
    public bool PredictedLabel { get; set; }

    /// <summary>The share of normal rows that score so high, at most.</summary>
    public double PValue { get; set; }
}

/// <summary>
/// What ML.NET makes again, by its contract's name, where a pipeline with a detector is loaded. ML.NET writes that name alone into its
/// file, so the detector comes from <see cref="DetectorModel"/>, which puts it beside.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class DetectorMapping : CustomMappingFactory<DetectorInput, DetectorOutput>
{
    internal const string Contract = "LisNative.Detector";

    private static readonly AsyncLocal<Action<DetectorInput, DetectorOutput>?> Loading = new();

    public override Action<DetectorInput, DetectorOutput> GetMapping() =>
        Loading.Value ?? throw new InvalidOperationException("a pipeline with a detector is loaded by DetectorModel.Load");

    /// <summary>The scoring of one row; any number of threads may call it.</summary>
    internal static Action<DetectorInput, DetectorOutput> Of(Detector detector, double falseAlarmRate)
    {
        float threshold = detector.Threshold(falseAlarmRate);
        return (row, verdict) =>
        {
            verdict.Score = detector.Score(row.Features);
            verdict.PredictedLabel = verdict.Score > threshold;
            verdict.PValue = detector.Calibration.PValue(verdict.Score);
        };
    }

    /// <summary>Loads something of ML.NET's in which a mapping is this one.</summary>
    internal static T With<T>(Action<DetectorInput, DetectorOutput> mapping, Func<T> load)
    {
        Loading.Value = mapping;
        try
        {
            return load();
        }
        finally
        {
            Loading.Value = null;
        }
    }
}
