using System.Diagnostics;

namespace LisNative.Cli;

/// <summary>How many images have been read, on standard error, where that takes longer than people wait for in silence.</summary>
internal sealed class ReadingProgress
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private readonly Stopwatch since = Stopwatch.StartNew();

    internal void Tell(int read, int count)
    {
        if (since.Elapsed >= Between)
        {
            since.Restart();
            Console.Error.WriteLine(FormattableString.Invariant($"{read} of {count} images read"));
        }
    }
}
