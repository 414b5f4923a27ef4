using System.CommandLine;
using System.Globalization;
using LisNative.Data;

namespace LisNative.Cli;

/// <summary>--memory: how many bytes a fit may take.</summary>
internal sealed class MemoryOption
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1L << 40), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("B", 1),
    ];

    private const long MostOfPlaces = 64 << 20;

    internal Option<string?> Option { get; } = new("--memory")
    {
        Description = "The memory that training may take, samples included, for example 2GB or 512MiB; all that there is by default. What "
        + "does not fit is made as it is used, or refused before training begins. The results do not depend on it.",
    };

    /// <summary>The bytes; null where nothing is asked for.</summary>
    /// <exception cref="InputException">It is no size.</exception>
    internal long? Read(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not { } text)
        {
            return null;
        }

        var (unit, bytes) = Array.Find(Units, u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        return unit is not null && double.TryParse(
            text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number * bytes is >= 1 and < long.MaxValue ? (long)(number * bytes)
            : throw new InputException(Option.Name, $"expected a size with its unit, for example 2GB or 512MiB, found {text}");
    }

    /// <summary>Pictures in files beyond half of the memory, or of which no more than places are kept, are read as they are used.</summary>
    internal static ReadOptions Bounded(ReadOptions how, long? memory, bool places) => how with
    {
        Held = Math.Min((memory ?? TrainingPlan.Available) / 2, places ? MostOfPlaces : long.MaxValue),
    };
}
