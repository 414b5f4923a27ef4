using System.CommandLine;
using System.Globalization;
using LisNative.Data;
using LisNative.Layers;

namespace LisNative.Cli;

/// <summary>How a verb reads data: the options that say so, and the exit code that says what could not be read.</summary>
/// <param name="sized">Whether the user chooses the size of images; else a model does.</param>
internal sealed class Reading(bool sized = true)
{
    /// <summary>All else was done.</summary>
    private const int SomeUnreadable = 3;

    private readonly Option<string?> size = new("--size") { Description = "Scale images to HEIGHTxWIDTH, multiples of 4, for example 28x28." };

    private int unreadable;

    /// <summary>0, or 3 where files could not be read.</summary>
    internal int ExitCode => unreadable == 0 ? 0 : SomeUnreadable;

    internal void AddTo(Command command)
    {
        if (sized)
        {
            command.Options.Add(size);
        }
    }

    /// <summary>What the user asked for; warnings go to standard error.</summary>
    internal ReadOptions Options(ParseResult parsed) => new()
    {
        Size = sized ? ParseSize(parsed.GetValue(size)) : null,
        Warn = Terminal.Warn,
        Unreadable = e =>
        {
            Interlocked.Increment(ref unreadable);
            Terminal.Warn(e.Message);
        },
    };

    /// <summary>HEIGHTxWIDTH, or null when not given.</summary>
    private static (int Height, int Width)? ParseSize(string? text)
    {
        string[] parts = text?.Split('x') ?? [];
        return text is null ? null
            : parts.Length == 2 && int.TryParse(parts[0], CultureInfo.InvariantCulture, out int h) && int.TryParse(parts[1], CultureInfo.InvariantCulture, out int w) && h > 0 && w > 0 ? (h, w)
            : throw new InputException("--size", $"expected HEIGHTxWIDTH, for example 28x28, found {text}");
    }
}
