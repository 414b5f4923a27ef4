using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Experiments;

/// <summary>
/// What methods came to on series, each a line of the results store as soon as it is known: what is there is not measured again, and
/// several processes share the work.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="comparison">Measures.</param>
internal sealed class SignalStore(ResultStore store, SignalComparison comparison)
{
    private const string Kind = "signal";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private IReadOnlyDictionary<string, JsonObject> known = store.Read(Kind);

    /// <summary>What a method comes to on a series, stored or measured.</summary>
    /// <exception cref="InputException">The store cannot be read or written, or a fit failed.</exception>
    internal SignalResult Find(SignalMethod method, SignalSeries series, CancellationToken cancellation)
    {
        var key = Key(method, series);
        string name = key.ToJsonString();
        while (true)
        {
            if (known.TryGetValue(name, out var line) && TryRead(line) is { } stored)
            {
                return stored;
            }

            using var claim = store.Claim(Cell.HashOf(name));
            known = store.Read(Kind);
            if (claim is null)
            {
                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
            else if (!known.ContainsKey(name))
            {
                var measured = comparison.Run(method, series, cancellation);
                store.Append(Line(key, measured));
                return measured;
            }
        }
    }

    /// <summary>All that a result depends on.</summary>
    private JsonObject Key(SignalMethod method, SignalSeries series) => new()
    {
        ["version"] = Cell.Version,
        ["method"] = method.Name,
        ["settings"] = method.Options is { } options ? Methods.Find(options).Write(options) : null,
        ["series"] = series.Name,
        ["fingerprint"] = Fingerprint(series),
        ["window"] = comparison.Windows.Length,
        ["falseAlarms"] = comparison.FalseAlarms,
    };

    private static string Fingerprint(SignalSeries series)
    {
        var hash = new XxHash128();
        foreach (var rows in new[] { series.Normal, series.Test })
        {
            hash.Append(MemoryMarshal.AsBytes<float>(rows.ToFloats()));
            hash.Append(MemoryMarshal.AsBytes<int>(rows.Labels));
            hash.Append(MemoryMarshal.AsBytes<double>([.. rows.Times ?? []]));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>The figures of a result by their names.</summary>
    internal static JsonObject Json(SignalResult result) => new()
    {
        ["auroc"] = result.Figures.Auroc,
        ["averagePrecision"] = result.Figures.AveragePrecision,
        ["falseAlarmRate"] = result.Figures.FalseAlarms,
        ["events"] = result.Figures.Events,
        ["eventsFound"] = result.Figures.Found,
        ["delay"] = double.IsNaN(result.Figures.Delay) ? null : result.Figures.Delay,
        ["drawnOnHeldOut"] = result.Chosen,
    };

    private static JsonObject Line(JsonObject key, SignalResult result)
    {
        var line = Json(result);
        line[Kind] = key;
        line["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return line;
    }

    /// <summary>What a line says; null where it is damaged, which counts as not done.</summary>
    private static SignalResult? TryRead(JsonObject line)
    {
        try
        {
            double Number(string name) => line[name]!.GetValue<double>();
            return new(Number("drawnOnHeldOut"), new(Number("auroc"), Number("averagePrecision"), Number("falseAlarmRate"),
                line["events"]!.GetValue<int>(), line["eventsFound"]!.GetValue<int>(), line["delay"]?.GetValue<double>() ?? double.NaN));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or NullReferenceException or JsonException)
        {
            return null;
        }
    }
}
