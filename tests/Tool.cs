using System.Diagnostics;
using LisNative.Tests.Data;

namespace LisNative.Tests;

/// <summary>The tool as a user runs it in a folder: a process, what it prints, its exit code.</summary>
internal static class Tool
{
    /// <summary>Runs it to its end.</summary>
    internal static (int Code, string Output, string Error) Run(this TemporaryFolder folder, params IEnumerable<string> arguments) =>
        folder.Run(arguments, input: null);

    /// <inheritdoc cref="Run(TemporaryFolder, IEnumerable{string})"/>
    internal static (int Code, string Output, string Error) Run(
        this TemporaryFolder folder, IEnumerable<string> arguments, string? input = null,
        IReadOnlyDictionary<string, string>? environment = null) =>
        Child.Run(folder.Path, "dotnet", [Child.Tool, .. arguments], input, environment);

    /// <summary>Runs it to its end, which is a good one.</summary>
    internal static (string Output, string Error) Done(this TemporaryFolder folder, params IEnumerable<string> arguments)
    {
        var (code, output, error) = folder.Run(arguments);
        Assert.True(code == 0, error);
        return (output, error);
    }

    /// <summary>It prints nothing, and refuses in one sentence that has some parts.</summary>
    internal static void Refuses(this TemporaryFolder folder, string[] parts, params IEnumerable<string> arguments) =>
        AssertRefused(folder.Run(arguments), parts);

    internal static void AssertRefused((int Code, string Output, string Error) run, params string[] parts)
    {
        Assert.True(run is { Code: 2, Output: "" }, $"{run.Code}: {run.Output}{run.Error}");
        Assert.StartsWith("lisnative: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.All(parts, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    internal static Process Start(this TemporaryFolder folder, params IEnumerable<string> arguments) =>
        Child.Start(folder.Path, "dotnet", [Child.Tool, .. arguments]);
}
