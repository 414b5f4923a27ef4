using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LisNative.Hosting;

/// <summary>
/// What detectors tell of their work, by a meter and an activity source of one name. Nothing is measured, and nothing allocated, where
/// nobody listens.
/// </summary>
internal sealed class DetectorTelemetry : IDisposable
{
    internal const string Name = "LisNative.Detectors";

    internal const string NameTag = "lisnative.detector.name", OutcomeTag = "lisnative.reload.outcome";

    private readonly Meter meter;

    /// <summary>The instruments, in a meter of the host's, if it makes any.</summary>
    public DetectorTelemetry(IMeterFactory? factory)
    {
        meter = factory?.Create(Name) ?? new(Name);
        Scores = meter.CreateCounter<long>("lisnative.detector.scores", "{sample}", "Samples scored.");
        Flagged = meter.CreateCounter<long>("lisnative.detector.flagged", "{sample}", "Samples above the threshold.");
        Failures = meter.CreateCounter<long>("lisnative.detector.failures", "{call}", "Calls that were refused or failed.");
        Reloads = meter.CreateCounter<long>("lisnative.detector.reloads", "{reload}", "Model files taken or refused.");
        Duration = meter.CreateHistogram("lisnative.detector.duration", "s", "Time of a call.", null, new InstrumentAdvice<double>
        { HistogramBucketBoundaries = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5] });
        PValues = meter.CreateHistogram("lisnative.detector.p_value", "1", "The p-values of samples: even, if all are normal.", null,
            new InstrumentAdvice<double>
            { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] });
    }

    internal static ActivitySource Source { get; } = new(Name);

    internal Counter<long> Scores { get; }

    internal Counter<long> Flagged { get; }

    internal Counter<long> Failures { get; }

    internal Counter<long> Reloads { get; }

    internal Histogram<double> Duration { get; }

    internal Histogram<double> PValues { get; }

    public void Dispose() => meter.Dispose();
}
