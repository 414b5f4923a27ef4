using System.Diagnostics;

namespace LisNative.Hosting;

/// <summary>One call: it holds its model, and tells of itself where somebody listens.</summary>
internal ref struct ScoreCall : IDisposable
{
    private readonly DetectorTelemetry telemetry;
    private readonly KeyValuePair<string, object?> tag;
    private readonly Activity? activity;
    private readonly long start;
    private bool isDone;

    internal ScoreCall(LoadedModel model, DetectorTelemetry telemetry, KeyValuePair<string, object?> tag, string what)
    {
        (Model, this.telemetry, this.tag) = (model, telemetry, tag);
        activity = DetectorTelemetry.Source.StartActivity(what);
        start = telemetry.Duration.Enabled ? Stopwatch.GetTimestamp() : 0;
    }

    internal LoadedModel Model { get; }

    /// <summary>A sample was scored.</summary>
    internal Verdict Done(float score)
    {
        var verdict = Model.Judge(score);
        Done([verdict]);
        return verdict;
    }

    /// <summary>Samples were scored.</summary>
    internal void Done(scoped ReadOnlySpan<Verdict> verdicts)
    {
        isDone = true;
        int flagged = 0;
        foreach (var verdict in verdicts)
        {
            flagged += verdict.IsAnomaly ? 1 : 0;
            telemetry.PValues.Record(verdict.PValue, tag);
        }

        telemetry.Scores.Add(verdicts.Length, tag);
        if (flagged > 0)
        {
            telemetry.Flagged.Add(flagged, tag);
        }

        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("lisnative.samples", verdicts.Length).SetTag("lisnative.flagged", flagged);
        }
    }

    public readonly void Dispose()
    {
        Model.Leave();
        if (!isDone)
        {
            telemetry.Failures.Add(1, tag);
            activity?.SetStatus(ActivityStatusCode.Error);
        }

        if (start != 0)
        {
            telemetry.Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tag);
        }

        activity?.SetTag(tag.Key, tag.Value).Dispose();
    }
}
