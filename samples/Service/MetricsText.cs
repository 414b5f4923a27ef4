using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Service;

/// <summary>The meter of the detectors as Prometheus reads it, text format 0.0.4; OpenTelemetry's exporter does more.</summary>
internal sealed class MetricsText : IDisposable
{
    private readonly ConcurrentDictionary<(Instrument, object?, object?), Cell> cells = new();
    private readonly MeterListener listener = new();

    public MetricsText()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "LisNative.Detectors")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => CellOf(instrument, tags).Add(value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => CellOf(instrument, tags).Add(value));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    internal Task Write(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        var text = new StringBuilder();
        foreach (var instrument in cells.GroupBy(cell => cell.Key.Item1).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            bool isHistogram = instrument.Key is Histogram<double>;
            string name = instrument.Key.Name.Replace('.', '_') + (isHistogram ? "" : "_total");
            text.Append($"# HELP {name} {instrument.Key.Description}\n# TYPE {name} {(isHistogram ? "histogram" : "counter")}\n");
            foreach (var ((_, detector, outcome), cell) in instrument)
            {
                cell.Write(text, name, $"detector=\"{detector}\"{(outcome is null ? "" : $",outcome=\"{outcome}\"")}");
            }
        }

        return context.Response.WriteAsync(text.ToString());
    }

    private Cell CellOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => cells.GetOrAdd(
        (instrument, tags.Length > 0 ? tags[0].Value : null, tags.Length > 1 ? tags[1].Value : null),
        static key => new((key.Item1 as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []));

    /// <summary>What one instrument has measured of one detector.</summary>
    private sealed class Cell(IReadOnlyList<double> bounds)
    {
        private readonly long[] counts = new long[bounds.Count + 1];
        private double sum;

        internal void Add(double value)
        {
            int bucket = 0;
            while (bucket < bounds.Count && value > bounds[bucket])
            {
                bucket++;
            }

            lock (counts)
            {
                counts[bucket]++;
                sum += value;
            }
        }

        internal void Write(StringBuilder text, string name, string labels)
        {
            lock (counts)
            {
                if (bounds.Count == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {sum}\n");
                    return;
                }

                long below = 0;
                for (int i = 0; i < counts.Length; i++)
                {
                    string bound = i < bounds.Count ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{bound}\"}} {below += counts[i]}\n");
                }

                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {below}\n");
            }
        }
    }
}
