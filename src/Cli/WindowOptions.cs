using System.CommandLine;
using LisNative.Data;

namespace LisNative.Cli;

/// <summary>The windows of a signal as command-line options.</summary>
internal sealed class WindowOptions
{
    private readonly Option<int> window = new("--window")
    {
        Description = "The rows of a table are a signal in time order: learn windows of so many rows, and score each row by the window "
        + "that ends with it. No window goes across a gap in --time, or from one --group into another.",
    };

    private readonly Option<int> stride = new("--stride")
    { Description = "With --window: rows from one window that is learnt to the next.", DefaultValueFactory = _ => 1 };

    internal IReadOnlyList<Option> All => [window, stride];

    /// <summary>What is asked for; null where samples are no windows.</summary>
    /// <exception cref="InputException">It is no such thing.</exception>
    internal Windows? Read(ParseResult parsed)
    {
        if (!parsed.IsGiven(window))
        {
            return !parsed.IsGiven(stride) ? null
                : throw new InputException(stride.Name, $"expected it with {window.Name}, found it alone");
        }

        return new(Common.AtLeastOne(window.Name, parsed.GetValue(window)), Common.AtLeastOne(stride.Name, parsed.GetValue(stride)));
    }
}
