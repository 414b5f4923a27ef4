using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LisNative.Experiments;

namespace LisNative.Cli.Report;

/// <summary>Methods on tables beside published figures: on the terminal, as Markdown and as one page.</summary>
/// <param name="methods">The rows.</param>
/// <param name="tables">The columns.</param>
/// <param name="figures">Of a method on a table; null where it is not measured.</param>
/// <param name="auroc">Published, where there are some.</param>
/// <param name="precision">Published average precision, where there is some.</param>
internal sealed class TablesReport(
    IReadOnlyList<string> methods, IReadOnlyList<string> tables, Func<string, string, TableFigures?> figures, PublishedFigures? auroc,
    PublishedFigures? precision)
{
    private const string Legend =
        "In percent. The first half of each table's normal rows is learnt from; the other half and all anomalies are scored. Methods that "
        + "train in no steps learn from all of that half, networks hold out a tenth of it. In brackets: the published figure, and ours "
        + "less it.";

    /// <summary>Every figure once: asked for by every form of the report.</summary>
    private readonly Dictionary<(string Method, string Table), TableFigures?> known =
        methods.SelectMany(m => tables.Select(t => (m, t))).ToDictionary(p => p, p => figures(p.m, p.t));

    private sealed record Grid(string Title, string[] Head, string[][] Rows);

    /// <summary>Prints and writes everything.</summary>
    internal void Write(string output, Terminal terminal)
    {
        Grid[] grids =
        [
            Means(), Each("AUROC", f => f.Auroc, f => f.Spread, auroc),
            Each("Average precision", f => f.AveragePrecision, f => f.PrecisionSpread, precision),
        ];
        foreach (var grid in grids)
        {
            var shown = new Spectre.Console.Table { Title = new Spectre.Console.TableTitle(grid.Title) };
            Spectre.Console.TableExtensions.AddColumns(shown, [.. grid.Head.Select(Terminal.Cell)]);
            Array.ForEach(grid.Rows, row => Spectre.Console.TableExtensions.AddRow(shown, [.. row.Select(Terminal.Cell)]));
            terminal.Show(shown);
        }

        string markdown = Path.Combine(output, "tables.md"), page = Path.Combine(output, "report.html");
        string text = $"Written by `lisnative reproduce {TableComparison.Name}`. {Legend}\n{string.Concat(grids.Select(Markdown))}";
        Outputs.Write(markdown, text);
        Page.Write(page, "Methods on tables", [$"<p>{Legend}</p>", .. grids.Select(Html)]);
        terminal.Say($"{Legend} Written: {markdown}, {page}.");
        terminal.Object(Json());
    }

    private Grid Means()
    {
        string[] head = ["method", "seeds", "mean AUROC", "place of the mean", "mean of the places", "mean average precision"];
        string title = auroc is null ? "Means" : $"Means, and places among {auroc.Methods.Count} published methods, a tie counting half";
        return new(title, head, [.. methods.Select(m =>
        {
            TableFigures[] all = [.. Of(m)];
            var standing = Whole(m) ? Standing.TryCreate(tables.ToDictionary(t => t, t => known[(m, t)]!.Auroc), auroc) : null;
            return (string[])
            [
                m, all.Length == 0 ? "" : $"{all.Min(f => f.Seeds)}", Beside(Mean(m, f => f.Auroc), PublishedMean(m, auroc)),
                Number(standing?.Place, "0.#"), Number(standing?.MeanRank, "0.0"),
                Beside(Mean(m, f => f.AveragePrecision), PublishedMean(m, precision)),
            ];
        })]);
    }

    private Grid Each(
        string title, Func<TableFigures, double> figure, Func<TableFigures, double> spread, PublishedFigures? published)
    {
        string Cell(TableFigures? f, double? other) => f is null ? Beside(null, other)
            : Beside(figure(f), other, double.IsNaN(spread(f)) ? "" : $" ± {Number(100 * spread(f), "0.00")}");
        return new(title, ["method", .. tables],
            [.. methods.Select(m => (string[])[m, .. tables.Select(t => Cell(known[(m, t)], Published(published, m, t)))])]);
    }

    private IEnumerable<TableFigures> Of(string method) => tables.Select(t => known[(method, t)]).OfType<TableFigures>();

    private bool Whole(string method) => tables.All(t => known[(method, t)] is not null);

    /// <summary>Over all tables; none while one is not measured, since tables are unlike.</summary>
    private double? Mean(string method, Func<TableFigures, double> figure) => Whole(method) ? Of(method).Average(figure) : null;

    private double? PublishedMean(string method, PublishedFigures? published)
    {
        double?[] all = [.. tables.Select(t => Published(published, method, t))];
        return all.All(f => f is not null) ? all.Average() : null;
    }

    private static double? Published(PublishedFigures? published, string method, string table) =>
        TableComparison.PublishedName(method) is { } name ? published?.Find(table, name) : null;

    private static string Beside(double? own, double? published, string spread = "")
    {
        string text = own is null ? "not measured" : Number(100 * own, "0.00") + spread;
        return published is null ? text
            : $"{text} ({Number(100 * published, "0.00")}"
                + $"{(own is null ? "" : $", {Number(100 * (own - published), "+0.00;−0.00;0.00")}")})";
    }

    private static string Number(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Markdown(Grid grid) => $"""

        ## {grid.Title}

        | {string.Join(" | ", grid.Head)} |
        |---|{string.Concat(grid.Head.Skip(1).Select(_ => "---:|"))}
        {string.Join('\n', grid.Rows.Select(row => $"| {string.Join(" | ", row)} |"))}

        """;

    private static string Html(Grid grid)
    {
        static string Row(string tag, string[] cells) =>
            $"<tr>{string.Concat(cells.Select(c => $"<{tag}>{WebUtility.HtmlEncode(c)}</{tag}>"))}</tr>";
        return $"<h2>{grid.Title}</h2>\n<table>{Row("th", grid.Head)}\n{string.Join('\n', grid.Rows.Select(r => Row("td", r)))}</table>";
    }

    /// <summary>Figures from 0 to 1 of the methods themselves.</summary>
    private JsonObject Json()
    {
        string[] own = [.. methods.Where(m => Methods.All.Any(known => known.Name == m))];
        return new()
        {
            ["cells"] = new JsonArray([.. own.SelectMany(m => tables.Where(t => known[(m, t)] is not null).Select(t => new JsonObject
            {
                ["table"] = t,
                ["method"] = m,
                ["auroc"] = Math.Round(known[(m, t)]!.Auroc, 6),
                ["averagePrecision"] = Math.Round(known[(m, t)]!.AveragePrecision, 6),
                ["seeds"] = known[(m, t)]!.Seeds,
            }))]),
            ["means"] = new JsonObject(own.ToDictionary(m => m, m => (JsonNode?)Mean(m, f => Math.Round(f.Auroc, 6)))),
        };
    }
}
