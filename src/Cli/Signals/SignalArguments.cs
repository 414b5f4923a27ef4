using LisNative.Cli.Scoring;
using LisNative.Data;

namespace LisNative.Cli.Signals;

/// <summary>Signals to be scored: each is a whole file, since its rows belong together.</summary>
internal static class SignalArguments
{
    /// <summary>The signals in turn, their rows named by their numbers in the file.</summary>
    /// <exception cref="InputException">One names nothing; said before any is read.</exception>
    internal static IEnumerable<SampleBatch> Open(IEnumerable<string> arguments, ReadOptions how)
    {
        string[] paths = [.. SampleArguments.Paths(arguments, how)];
        return paths.Select(path => new SampleBatch([path], () =>
        {
            var rows = Sources.Open(path, how);
            return new([.. Enumerable.Range(0, rows.Count).Select(i => $"{path}#{rows.RowNumbers?[i] ?? i}")], rows);
        }));
    }
}
