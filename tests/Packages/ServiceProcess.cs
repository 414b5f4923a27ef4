using System.Diagnostics;
using System.Text.RegularExpressions;
using LisNative.Tests.Hosting;

namespace LisNative.Tests.Packages;

/// <summary>The sample service, built from the packages and started on a port that is free.</summary>
public sealed partial class ServiceProcess : IDisposable
{
    private readonly Lazy<string> program;
    private readonly Lazy<(Process Process, HttpClient Client)> running;

    public ServiceProcess(Feed feed)
    {
        program = new(() => Build(feed));
        running = new(Start);
    }

    private static string Build(Feed feed)
    {
        string folder = feed.Project("service");
        foreach (string file in Directory.GetFiles(Repository.PathOf("samples/Service")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        Assert.DoesNotContain("warning", Feed.Dotnet(folder, "build", "-c", "Release", "-o", "out"), StringComparison.Ordinal);
        return Path.Combine(folder, "out", "service.dll");
    }

    private (Process Process, HttpClient Client) Start()
    {
        var process = Start($"--Detectors:bars:Path={Models.File}", "--Detectors:bars:FalseAlarmRate=0.1",
            "--Detectors:bars:ReloadInterval=00:00:00.02", "--MaxUploadBytes=100000", "--Detectors:bars:MaxImageBytes=50000");
        process.OutputDataReceived += (_, line) => Said += line.Data + "\n";
        process.BeginOutputReadLine();
        Child.Until(() => process.HasExited || Address().IsMatch(Said));
        return (process, new() { BaseAddress = new($"{Address().Match(Said).Value}/") });
    }

    internal HostedModels Models { get; } = new();

    internal HttpClient Client => running.Value.Client;

    /// <summary>Where its program and configuration are.</summary>
    internal string Folder => Path.GetDirectoryName(program.Value)!;

    /// <summary>Its log.</summary>
    internal string Said { get; private set; } = "";

    /// <summary>Another one.</summary>
    internal Process Start(params string[] settings) =>
        Child.Start(Models[""], "dotnet", [program.Value, "--urls", "http://127.0.0.1:0", .. settings]);

    public void Dispose()
    {
        if (running.IsValueCreated)
        {
            running.Value.Process.Kill();
            running.Value.Process.Dispose();
            Client.Dispose();
        }

        Models.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
