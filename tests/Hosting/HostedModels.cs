using System.Collections.Concurrent;
using System.Globalization;
using LisNative.Hosting;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LisNative.Tests.Hosting;

/// <summary>Two models of 8×8 pictures that differ, and a host that looks at their file all the time.</summary>
public sealed class HostedModels : IDisposable
{
    internal const string Name = "bars";

    private readonly TemporaryFolder folder = new();

    public HostedModels()
    {
        Models = [.. new[] { 0.3, 3 }.Select(b => Detector.Fit(
            Device.Cpu, Bars.Horizontal(64, 1), null, new KernelDensityOptions { Bandwidth = b, HeldOut = 0.5 }))];
        Models[0].Save(File);
    }

    internal Detector[] Models { get; }

    internal string File => folder["bars.lis"];

    internal string this[string name] => folder[name];

    internal static float[] Sample { get; } = Bars.Vertical(1, 3).ToFloats();

    internal static byte[] Picture { get; } = PngFile.Of(8, 8, colour: false, (y, x) => ((byte)(y * 30), 0, 0));

    /// <summary>What a model says at a rate of false alarms of a tenth.</summary>
    internal Verdict Expected(int model, float? score = null)
    {
        float found = score ?? Models[model].Score(Sample);
        return new(found, Models[model].Threshold(0.1), Models[model].Calibration.PValue(found));
    }

    /// <summary>A host of one detector, configured as given.</summary>
    internal IHost Host(Sentences? log = null, params (string Option, object Value)[] more)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection();
        Array.ForEach<(string Option, object Value)>(
            [("Path", File), ("FalseAlarmRate", 0.1), ("ReloadInterval", TimeSpan.FromMilliseconds(10)), .. more],
            o => builder.Configuration[$"Detectors:{o.Option}"] = Convert.ToString(o.Value, CultureInfo.InvariantCulture));
        builder.Services.AddMetrics().AddLisDetector(Name, builder.Configuration.GetSection("Detectors"));
        builder.Services.AddHealthChecks().AddCheck<DetectorHealthCheck>("detectors");
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        return builder.Build();
    }

    public void Dispose()
    {
        Array.ForEach(Models, m => m.Dispose());
        folder.Dispose();
    }

    /// <summary>What was logged, by level.</summary>
    internal sealed class Sentences : ConcurrentQueue<(LogLevel Level, string Text)>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
