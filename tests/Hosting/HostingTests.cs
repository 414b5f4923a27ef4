using System.Diagnostics;
using System.Diagnostics.Metrics;
using LisNative.Hosting;
using LisNative.Tests.Detectors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LisNative.Tests.Hosting;

/// <summary>A detector in .NET's host: by name, configured, told of, and another model as soon as its file is another.</summary>
public sealed class HostingTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly HostedModels models = new();

    public void Dispose() => models.Dispose();

    private static IDetector Of(IHost host) => host.Services.GetRequiredKeyedService<IDetector>(HostedModels.Name);

    private static async Task<HealthReportEntry> Health(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop)).Entries["detectors"];

    [Fact]
    public async Task A_verdict_is_the_models_score_threshold_and_p_value()
    {
        using var host = models.Host();
        await host.StartAsync(Stop);
        var detector = Of(host);
        var expected = models.Expected(0);
        Assert.Equal(expected, detector.Score(HostedModels.Sample));
        Assert.Equal((expected.Score > expected.Threshold, HostedModels.Name), (expected.IsAnomaly, detector.Name));
        Assert.Equal((expected.Threshold, "[1, 8, 8]"), (detector.Threshold, detector.SampleShape.ToString()));
        var verdicts = new Verdict[3];
        float[] samples = Bars.Vertical(3, 3).ToFloats();
        detector.Score(samples, verdicts);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3)
            .Where(i => verdicts[i] == models.Expected(0, models.Models[0].Score(samples.AsSpan(64 * i, 64)))));
        var picture = models.Expected(0, models.Models[0].ScoreImage(HostedModels.Picture));
        Assert.Equal(picture, detector.ScoreImage(HostedModels.Picture));
        Assert.Equal(picture, await detector.ScoreImageAsync(new MemoryStream(HostedModels.Picture), Stop));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Pictures_are_read_as_the_options_say()
    {
        byte[] large = Data.PngFile.Of(16, 16, colour: true, (y, x) => ((byte)(y * 10), (byte)(x * 10), 0));
        using var host = models.Host(null, ("Resize", true), ("Colour", "Grey"), ("MaxImageBytes", large.Length), ("MaxImagePixels", 256));
        float expected = models.Models[0].ScoreImage(large, resize: true, new() { Colour = LisNative.Data.Colour.Grey });
        Assert.Equal(expected, Of(host).ScoreImage(large).Score);
        Assert.Equal($"picture: expected a file of at most {large.Length} bytes, found more",
            Assert.Throws<InputException>(() => Of(host).ScoreImage([.. large, 0])).Message);
        Failure.Contains<InputException>("256 at most, found 17×16",
            () => Of(host).ScoreImage(Data.PngFile.Of(16, 17, colour: false, (_, _) => (0, 0, 0))));
    }

    [Theory]
    [InlineData("Path", "", "expected a model file, found none")]
    [InlineData("FalseAlarmRate", "1", "expected a share between 0 and 1, found 1")]
    [InlineData("FalseAlarmRate", "NaN", "expected a share between 0 and 1, found NaN")]
    [InlineData("ReloadInterval", "-00:00:01", "expected zero, or from 00:00:00.0100000 to 1.00:00:00, found -00:00:01")]
    [InlineData("Colour", "7", "expected Grey or Rgb, found 7")]
    [InlineData("MaxImageBytes", "0", "expected at least 1, found 0")]
    [InlineData("MaxImagePixels", "268435457", "expected from 1 to 268435456, found 268435457")]
    public async Task Options_out_of_range_end_the_start(string option, string value, string problem)
    {
        using var host = models.Host(null, (option, value));
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Equal($"detector bars, {option}: {problem}", e.Message);
    }

    [Fact]
    public async Task An_option_that_there_is_not_ends_the_start()
    {
        using var host = models.Host(null, ("FalseAlarms", 0.01));
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Stop));
        Assert.EndsWith("LisDetectorOptions: 'FalseAlarms'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_or_a_pipe_is_no_model()
    {
        using var folder = models.Host(null, ("Path", models[""]));
        Assert.EndsWith("expected a file, found a folder",
            (await Assert.ThrowsAsync<InputException>(() => folder.StartAsync(Stop))).Message, StringComparison.Ordinal);
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "no mkfifo here");
        Assert.Equal(0, Child.Run(models[""], "mkfifo", ["pipe"]).Code);
        using var pipe = models.Host(null, ("Path", models["pipe"]));
        Assert.Equal($"{models["pipe"]}: expected a model, found an empty file, a pipe or a device",
            (await Assert.ThrowsAsync<InputException>(() => pipe.StartAsync(Stop))).Message);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_or_has_no_threshold_ends_the_start()
    {
        using var missing = models.Host(null, ("Path", models["none.lis"]));
        Assert.StartsWith($"{models["none.lis"]}: cannot be read",
            (await Assert.ThrowsAsync<InputException>(() => missing.StartAsync(Stop))).Message, StringComparison.Ordinal);
        using var uncalibrated = Detector.Fit(
            Device.Cpu, Bars.Horizontal(32, 1), null, new KernelDensityOptions { HeldOut = 0 }, cancellation: Stop);
        uncalibrated.Save(models.File);
        using var host = models.Host();
        Assert.Equal(
            $"{models.File}: expected a model with a threshold (Calibration: expected normal data held out of training, found none)",
            (await Assert.ThrowsAsync<InputException>(() => host.StartAsync(Stop))).Message);
    }

    /// <summary>A rate that the held-out data cannot give flags nothing, and that is not passed over in silence.</summary>
    [Fact]
    public void A_rate_without_a_threshold_is_told()
    {
        var log = new HostedModels.Sentences();
        using var host = models.Host(log, ("FalseAlarmRate", 0.0001));
        Assert.False(Of(host).Score(HostedModels.Sample).IsAnomaly);
        Assert.Contains(log.Where(l => l.Level == LogLevel.Warning),
            l => l.Text.StartsWith("Detector bars flags nothing", StringComparison.Ordinal));
    }

    /// <summary>Every verdict, while models change, is one model's from score to p-value; none is lost.</summary>
    [Fact]
    public async Task A_file_that_changes_is_loaded_while_threads_score()
    {
        using var host = models.Host();
        await host.StartAsync(Stop);
        var detector = Of(host);
        Verdict[] either = [models.Expected(0), models.Expected(1)];
        Assert.NotEqual(either[0], either[1]);
        bool ended = false;
        var scoring = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            int count = 0;
            for (; !Volatile.Read(ref ended); count++)
            {
                Assert.Contains(detector.Score(HostedModels.Sample), either);
            }

            return count;
        })).ToArray();
        for (int swap = 1; swap <= 6; swap++)
        {
            models.Models[swap % 2].Save(models.File);
            Child.Until(() => detector.Score(HostedModels.Sample) == either[swap % 2]);
        }

        Volatile.Write(ref ended, true);
        Assert.All(await Task.WhenAll(scoring), count => Assert.True(count > 0));
    }

    [Fact]
    public async Task A_damaged_or_vanished_file_is_told_once_and_the_model_before_stays()
    {
        var log = new HostedModels.Sentences();
        using var host = models.Host(log);
        await host.StartAsync(Stop);
        var detector = Of(host);
        Assert.Equal(HealthStatus.Healthy, (await Health(host)).Status);
        byte[] good = File.ReadAllBytes(models.File);

        // In one move: of a file that is being written, half would be told.
        File.WriteAllBytes($"{models.File}.new", [.. good[..^1], (byte)(good[^1] + 1)]);
        File.Move($"{models.File}.new", models.File, overwrite: true);
        Child.Until(() => log.Any(l => l.Level == LogLevel.Warning));
        File.Delete(models.File);
        Child.Until(() => log.Count(l => l.Level == LogLevel.Warning) == 2);
        await Task.Delay(100, Stop);
        string[] told = [.. log.Where(l => l.Level == LogLevel.Warning).Select(l => l.Text)];
        Assert.Equal(2, told.Length);
        Assert.StartsWith($"Detector bars keeps the model it has: {models.File}: expected the digest", told[0], StringComparison.Ordinal);
        Assert.StartsWith($"Detector bars keeps the model it has: {models.File}: cannot be read", told[1], StringComparison.Ordinal);
        Assert.Equal(models.Expected(0), detector.Score(HostedModels.Sample));
        var health = await Health(host);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.StartsWith($"bars keeps the model it has: {models.File}: cannot be read", health.Description, StringComparison.Ordinal);
        Assert.Throws<InputException>(detector.Reload);

        models.Models[1].Save(models.File);
        Child.Until(() => detector.Score(HostedModels.Sample) == models.Expected(1));
        Assert.Equal(HealthStatus.Healthy, (await Health(host)).Status);
    }

    [Fact]
    public void A_file_is_not_looked_at_where_the_interval_is_zero_but_when_asked_to()
    {
        using var host = models.Host(null, ("ReloadInterval", TimeSpan.Zero));
        var detector = Of(host);
        models.Models[1].Save(models.File);
        Assert.Equal(models.Expected(0), detector.Score(HostedModels.Sample));
        detector.Reload();
        Assert.Equal(models.Expected(1), detector.Score(HostedModels.Sample));
    }

    /// <summary>Links that lead to another file, as Kubernetes mounts its maps, count as a change.</summary>
    [Fact]
    public void A_link_that_leads_elsewhere_is_another_file()
    {
        models.Models[1].Save(models["second.lis"]);
        File.CreateSymbolicLink(models["link.lis"], models.File);
        var before = FileSight.Of(models["link.lis"]);
        File.Delete(models["link.lis"]);
        File.CreateSymbolicLink(models["link.lis"], models["second.lis"]);
        Assert.NotEqual(before, FileSight.Of(models["link.lis"]));
        Assert.True(FileSight.Of(models["none.lis"]).IsGone);
    }

    [Fact]
    public void A_model_is_freed_when_the_last_to_use_it_has_left()
    {
        var model = new LoadedModel(new() { Path = models.File });
        Assert.True(model.TryEnter());
        model.Close();
        Assert.False(model.TryEnter());
        model.Detector.Score(HostedModels.Sample);
        model.Leave();
        Assert.Throws<ObjectDisposedException>(() => model.Detector.Score(HostedModels.Sample));
    }

    [Fact]
    public void A_service_that_has_ended_says_so()
    {
        var host = models.Host();
        var detector = Of(host);
        host.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detector.Score(HostedModels.Sample));
        Assert.Throws<ObjectDisposedException>(detector.Reload);
    }

    [Fact]
    public void Meter_and_activities_tell_of_every_call()
    {
        using var host = models.Host(null, ("ReloadInterval", TimeSpan.Zero));
        var scope = host.Services.GetRequiredService<IMeterFactory>();
        var measured = new List<(string Name, double Value, string? Outcome)>();
        var activities = new List<(string Name, object? Detector, ActivityStatusCode Status)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Scope == scope)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Assert.Equal(("lisnative.detector.name", "bars"), (tags[0].Key, tags[0].Value));
            measured.Add((instrument.Name["lisnative.detector.".Length..], value, tags.Length > 1 ? (string?)tags[1].Value : null));
        }

        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Measured(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Measured(i, value, tags));
        listener.Start();
        using var watcher = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "LisNative.Detectors",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = a => activities.Add((a.OperationName, a.GetTagItem("lisnative.detector.name"), a.Status)),
        };
        ActivitySource.AddActivityListener(watcher);

        var verdict = Of(host).Score(HostedModels.Sample);
        Of(host).Score([.. HostedModels.Sample, .. HostedModels.Sample], new Verdict[2]);
        Assert.Throws<InputException>(() => Of(host).ScoreImage([1, 2, 3]));
        Of(host).Reload();
        File.Delete(models.File);
        Assert.Throws<InputException>(Of(host).Reload);

        double Sum(string name, string? outcome = null) => measured.Where(m => m.Name == name && m.Outcome == outcome).Sum(m => m.Value);
        Assert.Equal((3, verdict.IsAnomaly ? 3 : 0, 1), (Sum("scores"), Sum("flagged"), Sum("failures")));
        Assert.Equal((1, 1), (Sum("reloads", "loaded"), Sum("reloads", "refused")));
        Assert.Equal([.. Enumerable.Repeat(verdict.PValue, 3)], measured.Where(m => m.Name == "p_value").Select(m => m.Value));
        Assert.Equal(3, measured.Count(m => m is { Name: "duration", Value: > 0 and < 60 }));
        Assert.Equal([("lisnative.score", ActivityStatusCode.Unset), ("lisnative.score", ActivityStatusCode.Unset),
            ("lisnative.score_image", ActivityStatusCode.Error), ("lisnative.reload", ActivityStatusCode.Unset),
            ("lisnative.reload", ActivityStatusCode.Error)], activities.Select(a => (a.Name, a.Status)));
        Assert.All(activities, a => Assert.Equal("bars", a.Detector));
    }

    [Fact]
    public void A_score_allocates_nothing_where_nobody_listens()
    {
        using var host = models.Host(new(), ("ReloadInterval", TimeSpan.Zero));
        var detector = Of(host);
        var verdicts = new Verdict[8];
        float[] samples = Bars.Vertical(8, 3).ToFloats();
        for (int warm = 0; warm < 200; warm++)
        {
            detector.Score(HostedModels.Sample);
            detector.Score(samples, verdicts);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            detector.Score(HostedModels.Sample);
            detector.Score(samples, verdicts);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
