using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Data;

/// <summary>
/// What the cells of a table become where they are more than complete numbers: learnt from normal data, kept by the model, and the same for
/// all that it scores.
/// </summary>
internal sealed class TableEncoding
{
    private readonly int[] starts;
    private readonly bool[] flags;

    /// <summary>The columns of a table in their order, the rule for missing values, and whether a heading named the columns.</summary>
    internal TableEncoding(IReadOnlyList<ColumnEncoder> columns, Missing missing, bool isNamed)
    {
        (Columns, Missing, IsNamed) = (columns, missing, isNamed);
        Names = [.. columns.SelectMany(c => c.Names)];
        starts = new int[columns.Count + 1];
        for (int i = 0; i < columns.Count; i++)
        {
            starts[i + 1] = starts[i] + columns[i].Width;
        }

        flags = [.. columns.SelectMany(c => Enumerable.Range(0, c.Width).Select(c.IsFlag))];
    }

    internal IReadOnlyList<ColumnEncoder> Columns { get; }

    internal Missing Missing { get; }

    internal bool IsNamed { get; }

    /// <summary>The names of the numbers that a row becomes.</summary>
    internal string[] Names { get; }

    /// <summary>Whether one of these numbers is a 0 or 1 that is not scaled.</summary>
    internal bool IsFlag(int number) => flags[number];

    /// <summary>Where the numbers of a column are among those of a row.</summary>
    internal Range Of(int column) => starts[column]..starts[column + 1];

    /// <summary>Where the values of columns of numbers are among those of a row.</summary>
    internal IEnumerable<int> NumberPlaces => Columns.Index().Where(c => c.Item.Kind == ColumnKind.Number).Select(c => starts[c.Index]);

    /// <summary>
    /// Of rows that were made from others, lets the numbers of a column be those of one of them: between two words, or two dates, there
    /// is nothing.
    /// </summary>
    internal void KeepWhole(Span<float> made, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        for (int row = 0; row < made.Length; row += Names.Length)
        {
            for (int c = 0; c < Columns.Count; c++)
            {
                var own = (row + starts[c])..(row + starts[c + 1]);
                if (Columns[c].Width > 1 && !made[own].SequenceEqual(first[own]))
                {
                    second[own].CopyTo(made[own]);
                }
            }
        }
    }

    /// <summary>
    /// Learns from the cells [rows · columns] of normal data, NaN where one is missing. Places of words become those among the most
    /// frequent.
    /// </summary>
    /// <exception cref="InputException">A column has no value.</exception>
    internal static TableEncoding Fit(
        string source, IReadOnlyList<RawColumn> columns, double[] cells, Missing missing, bool isNamed, string seen) =>
        new([.. columns.Select((column, c) =>
        {
            var own = new ColumnOf(cells, c, columns.Count);
            double[] present = own.Present();
            if (present.Length == 0)
            {
                throw new InputException(source, $"expected a value in column {column.Name} to take missing ones for, found none "
                    + seen);
            }

            bool indicator = missing == Missing.Median && present.Length < own.Count;
            string[] words = column.Kind == ColumnKind.Category ? own.Sorted(column) : [];
            return new ColumnEncoder(column.Name, column.Kind, words, own.Typical(column.Kind, words.Length, missing), indicator);
        })], missing, isNamed);

    /// <summary>The numbers [rows · numbers] of cells [rows · columns].</summary>
    internal double[] Encode(double[] cells)
    {
        int width = Names.Length, rows = cells.Length / Columns.Count;
        bool isSame = width == Columns.Count && Columns.All(c => c.Kind == ColumnKind.Number);
        double[] numbers = isSame ? cells : new double[Dataset.Numbers("table", [width], rows)];
        for (int row = 0; row < rows; row++)
        {
            var to = numbers.AsSpan(row * width, width);
            for (int c = 0; c < Columns.Count; c++)
            {
                Columns[c].Encode(cells[(row * Columns.Count) + c], to[starts[c]..starts[c + 1]]);
            }
        }

        return numbers;
    }

    /// <summary>As JSON.</summary>
    internal JsonObject Write() => new()
    {
        ["missing"] = $"{Missing}".ToLowerInvariant(),
        ["heading"] = IsNamed,
        ["columns"] = new JsonArray([.. Columns.Select(c => c.Write())]),
    };

    /// <summary>What <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static TableEncoding Read(JsonElement json) => new(
        [.. json.GetProperty("columns").EnumerateArray().Select(ColumnEncoder.Read)],
        Enum.Parse<Missing>(json.GetProperty("missing").GetString() ?? "", ignoreCase: true), json.GetProperty("heading").GetBoolean());
}
