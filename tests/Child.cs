using System.Diagnostics;
using System.Globalization;

namespace LisNative.Tests;

/// <summary>Other programs, as a user runs them: arguments, standard input, what they print, their exit code.</summary>
internal static class Child
{
    /// <summary>The collection of tests whose work is done by other programs.</summary>
    internal const string Tests = "other programs";

    internal static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "lisnative.dll");

    /// <summary>Whether interrupts are ignored here, as they are in the background of a shell.</summary>
    private static readonly bool IgnoresInterrupts = OperatingSystem.IsLinux()
        && (long.Parse(File.ReadLines("/proc/self/status").Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)).AsSpan(7).Trim(),
            NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;

    /// <summary>Runs a program to its end.</summary>
    internal static (int Code, string Output, string Error) Run(
        string folder, string program, IEnumerable<string> arguments, string? input = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(folder, program, arguments, environment);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Ctrl-C, and its end.</summary>
    internal static void Interrupt(Process process)
    {
        Signal(process, "INT");
        bool ended = process.WaitForExit(TimeSpan.FromMinutes(1));
        process.Kill();
        Assert.True(ended, "an interrupt did not end it; are interrupts ignored where the tests run?");
    }

    /// <summary>Sends a signal, so many times in a row.</summary>
    internal static void Signal(Process process, string signal, int times = 1)
    {
        using var kill = Process.Start(
            "kill", [$"-{signal}", .. Enumerable.Repeat(process.Id.ToString(CultureInfo.InvariantCulture), times)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for something that another program is to do.</summary>
    internal static void Until(Func<bool> holds) =>
        Assert.True(SpinWait.SpinUntil(holds, TimeSpan.FromMinutes(1)), "it did not come about within a minute");

    internal static Process Start(
        string folder, string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        // Who ignores interrupts has children that do; coreutils gives them their own way again.
        var start = new ProcessStartInfo(
            IgnoresInterrupts ? "env" : program, IgnoresInterrupts ? ["--default-signal=INT", program, .. arguments] : arguments)
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
