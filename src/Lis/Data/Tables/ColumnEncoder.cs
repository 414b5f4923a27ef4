using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Data;

/// <summary>What becomes of a column of a table: one number, or several.</summary>
/// <param name="Name">The column's name, or its number from 1.</param>
/// <param name="Kind">What its cells are.</param>
/// <param name="Categories">The words that have a number of their own, the most frequent first; none of other columns.</param>
/// <param name="Typical">The numbers of a usual cell of the normal data, which a missing one is taken for: the median, the most frequent
/// word, a date's means.</param>
/// <param name="Indicator">Whether one more number says that a cell is missing: it does where one was in the normal data.</param>
internal sealed record ColumnEncoder(
    string Name, ColumnKind Kind, IReadOnlyList<string> Categories, double[] Typical, bool Indicator)
{
    /// <summary>Words of a column that have a number of their own at most; the others share one.</summary>
    internal const int MostCategories = 64;

    /// <summary>Numbers that a cell becomes.</summary>
    internal int Width => Typical.Length + (Indicator ? 1 : 0);

    /// <summary>The names of these numbers.</summary>
    internal IEnumerable<string> Names =>
    [
        .. Kind switch
        {
            ColumnKind.Number => [Name],
            ColumnKind.Date => Dates.Names(Name),
            _ => [.. Categories.Select(c => $"{Name}={c}"), $"{Name} (other)"],
        },
        .. Indicator ? [$"{Name} (missing)"] : Array.Empty<string>(),
    ];

    /// <summary>Whether a number is 0 or 1, which is not scaled: a rare word is as far from the others as a frequent one.</summary>
    internal bool IsFlag(int number) => Kind == ColumnKind.Category || number >= Typical.Length;

    /// <summary>
    /// Writes the numbers of a cell, which is a number, the place of a word among <see cref="Categories"/> or one beyond them, or a date in
    /// seconds; NaN where it is missing.
    /// </summary>
    internal void Encode(double cell, Span<double> to)
    {
        to.Clear();
        if (double.IsNaN(cell))
        {
            Typical.CopyTo(to);
            to[^1] = Indicator ? 1 : to[^1];
        }
        else if (Kind == ColumnKind.Category)
        {
            to[(int)cell] = 1;
        }
        else if (Kind == ColumnKind.Date)
        {
            Dates.Encode(cell, to);
        }
        else
        {
            to[0] = cell;
        }
    }

    /// <summary>What numbers stand for, in words.</summary>
    internal string Text(ReadOnlySpan<double> numbers)
    {
        const double Half = 0.5;
        double[] words = numbers[..Typical.Length].ToArray();
        return Indicator && numbers[^1] > Half ? "missing"
            : Kind == ColumnKind.Date ? Dates.Text(numbers)
            : Kind == ColumnKind.Number ? numbers[0].ToString("G6", CultureInfo.InvariantCulture)
            : Array.IndexOf(words, words.Max()) is var place && place < Categories.Count ? Categories[place] : "other";
    }

    /// <summary>As JSON.</summary>
    internal JsonObject Write() => new()
    {
        ["name"] = Name,
        ["kind"] = $"{Kind}".ToLowerInvariant(),
        ["categories"] = Kind == ColumnKind.Category ? new JsonArray([.. Categories.Select(c => JsonValue.Create(c))]) : null,
        ["typical"] = new JsonArray([.. Typical.Select(t => JsonValue.Create(t))]),
        ["indicator"] = Indicator,
    };

    /// <summary>What <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static ColumnEncoder Read(JsonElement json)
    {
        var categories = json.GetProperty("categories");
        var found = new ColumnEncoder(
            json.GetProperty("name").GetString() ?? "",
            Enum.Parse<ColumnKind>(json.GetProperty("kind").GetString() ?? "", ignoreCase: true),
            categories.ValueKind == JsonValueKind.Null ? [] : [.. categories.EnumerateArray().Select(c => c.GetString() ?? "")],
            [.. json.GetProperty("typical").EnumerateArray().Select(t => t.GetDouble())], json.GetProperty("indicator").GetBoolean());
        int wanted = found.Kind switch
        {
            ColumnKind.Number => 1,
            ColumnKind.Date => Dates.Features,
            _ => found.Categories.Count + 1,
        };
        return found.Typical.Length == wanted && Enum.IsDefined(found.Kind) && found.Categories.Distinct().Count() == found.Categories.Count
            ? found : throw new JsonException($"{found.Typical.Length} numbers for the column {found.Name} of {wanted}");
    }
}
