using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using LisNative.Experiments;
using Spectre.Console;

namespace LisNative.Cli.Report;

/// <summary>
/// What is stored of the paper's tables and figures, beside its numbers: on the terminal, as Markdown, as SVG and as one page.
/// </summary>
/// <param name="tables">Those asked for.</param>
/// <param name="figures">Those asked for.</param>
/// <param name="summaries">What the store has for their numbers.</param>
/// <param name="stored">The results.</param>
/// <param name="exhibits">What was kept of single detectors.</param>
internal sealed class PaperReport(
    IReadOnlyList<Experiments.Table> tables, IReadOnlyList<Figure> figures, Summaries summaries,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored, ExhibitFolder exhibits)
{
    private const int MostExhibits = 10;
    private const string Legend =
        "Ours ± deviation over seeds, their number [95 % interval, of test samples and seeds] (the paper's, difference; ≈ where the "
        + "paper's lies within the interval). No fit was given a test label but in rows marked «oracle». CIFAR-10 is as its files are: "
        + "a re-encoding as JPEG changes numbers.";

    /// <summary>Prints and writes everything.</summary>
    internal void Write(string output, Terminal terminal)
    {
        foreach (var table in tables)
        {
            Show(table, terminal);
        }

        string[] written = [.. WriteTables(output), .. WriteFigures(output, terminal), Path.Combine(output, "report.html")];
        Page.Write(written[^1], "The paper's experiments", Sections());
        terminal.Say($"{Legend} Written: {string.Join(", ", written)}.");
        terminal.Object(new JsonObject
        {
            ["entries"] = new JsonArray([.. tables.SelectMany(t => t.Entries.Select(e => Json(t, e, summaries.Of(e))))]),
            ["written"] = new JsonArray([.. written]),
        });
    }

    private static Entry? At(Experiments.Table table, string row, string column) =>
        table.Entries.FirstOrDefault(e => e.Row == row && e.Column == column);

    private void Show(Experiments.Table table, Terminal terminal)
    {
        var shown = new Spectre.Console.Table { Title = new TableTitle(Markup.Escape($"{table.Name}: {table.Title}")) };
        shown.AddColumn("").AddColumns([.. table.Columns.Select(c => Markup.Escape(c))]);
        foreach (string row in table.Rows)
        {
            shown.AddRow([Markup.Escape(row), .. table.Columns.Select(c => Markup.Escape(Text(At(table, row, c))))]);
        }

        terminal.Show(shown);
    }

    private IEnumerable<string> WriteTables(string output)
    {
        if (tables.Count > 0)
        {
            string file = Path.Combine(output, "tables.md"), text = $"{Legend}\n{string.Concat(tables.Select(Markdown))}";
            Outputs.Write(file, text);
            yield return file;
        }
    }

    private string Markdown(Experiments.Table table) => $"""

        ## {table.Name}: {table.Title}

        {Origin(table)}: `lisnative reproduce {table.Name} --seeds {summaries.Seeds} --data DIR`

        | |{string.Concat(table.Columns.Select(c => $" {c} |"))}
        |---|{string.Concat(table.Columns.Select(_ => "---:|"))}
        {string.Join('\n', table.Rows.Select(row => $"| {row} |{string.Concat(table.Columns.Select(column => $" {Text(At(table, row, column))} |"))}"))}

        """;

    /// <summary>How many seeds there are, and when the last cell was measured.</summary>
    private string Origin(Experiments.Table table)
    {
        Summary[] measured = [.. table.Entries.Select(summaries.Of).OfType<Summary>()];
        if (measured.Length == 0)
        {
            return "Not measured";
        }

        int fewest = measured.Min(s => s.Seeds), most = measured.Max(s => s.Seeds);
        return $"Seeds: {(fewest == most ? $"{most}" : $"{fewest} to {most}")}; "
            + $"last measured {measured.Max(s => s.Date)}{Agreement(table)}";
    }

    /// <summary>Of single negative classes the averages are compared: the other numbers are their parts.</summary>
    private string Agreement(Experiments.Table table)
    {
        var compared = table.Columns.Contains(PaperTables.Average) ? table.Entries.Where(e => e.Column == PaperTables.Average)
            : table.Entries;
        var pairs = compared.Select(e => (Ours: summaries.Of(e)?.Mean, e.Paper)).Where(p => p.Ours is not null && p.Paper is not null);
        return Experiments.Agreement.TryCreate([.. pairs.Select(p => (p.Ours!.Value, p.Paper!.Value))]) is { } found
            ? string.Create(CultureInfo.InvariantCulture,
                $"; over {found.Count} numbers the mean is {found.Mean:F4}, the paper's {found.Paper:F4}, and the ranks correlate by "
                + $"{found.Spearman:F2} (Spearman)") : "";
    }

    private IEnumerable<string> WriteFigures(string output, Terminal terminal)
    {
        foreach (var (figure, pane) in figures.SelectMany(f => f.Panes.Select(p => (f, p))))
        {
            string path = Path.Combine(output, $"{figure.Name}-{pane.Name}.{(figure.Reconstructions ? "png" : "svg")}");
            if (figure.Reconstructions ? Reconstructions(path, pane) : TradeOffFigure.Draw(path, pane, stored))
            {
                yield return path;
            }
            else
            {
                terminal.Say($"{figure.Name}, {pane.Title}: not measured");
            }
        }
    }

    private bool Reconstructions(string path, Pane pane)
    {
        if (exhibits.Read(pane.Of(1)[0])?.Pictures is not { } pictures)
        {
            return false;
        }

        AtomicFile.Write(path, stream => stream.Write(ExhibitSection.Grid(pictures, zoom: 3)));
        return true;
    }

    private IEnumerable<string> Sections()
    {
        yield return $"<p>{Legend}</p>";
        foreach (var table in tables)
        {
            string head = string.Concat(table.Columns.Select(c => $"<th>{WebUtility.HtmlEncode(c)}</th>"));
            var rows = table.Rows.Select(row =>
                $"<tr><td>{WebUtility.HtmlEncode(row)}</td>{string.Concat(table.Columns.Select(c => Html(At(table, row, c))))}</tr>");
            yield return $"<h2>{table.Name}: "
                + $"{WebUtility.HtmlEncode(table.Title)}</h2>\n<p>{Origin(table)}.</p>\n"
                + $"<table><tr><th></th>{head}</tr>\n{string.Join('\n', rows)}</table>";
        }

        foreach (var pane in figures.Where(f => !f.Reconstructions).SelectMany(f => f.Panes))
        {
            yield return TradeOffFigure.TryCreate(pane, stored) is { } plot
                ? $"<figure>{Charts.Image(plot, TradeOffFigure.Width, TradeOffFigure.Height)}</figure>" : "";
        }

        // The first task of every number, then the second, and so on.
        var cells = tables.SelectMany(t => t.Entries).Select(e => e.Of(1)).Concat(figures.SelectMany(f => f.Panes).Select(p => p.Of(1)))
            .SelectMany(c => c.Index()).OrderBy(c => c.Index).Select(c => c.Item);
        foreach (var exhibit in cells.DistinctBy(c => c.Key).Select(exhibits.Read).OfType<Exhibit>().Take(MostExhibits))
        {
            yield return ExhibitSection.Html(exhibit);
        }

        yield return $"<p>At most {MostExhibits} detectors are shown; reproduce fewer tables, rows or tasks to see others.</p>";
    }

    private string Text(Entry? entry)
    {
        if (entry is null)
        {
            return "";
        }

        var summary = summaries.Of(entry);
        if (summary is null)
        {
            return $"not measured{(entry.Paper is { } alone ? string.Create(CultureInfo.InvariantCulture, $" ({alone:F4})") : "")}";
        }

        string spread = summary.Seeds < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {summary.Spread:F4}, {summary.Seeds}"),
            paper = entry.Paper is not { } p ? "" : string.Create(CultureInfo.InvariantCulture,
                $" ({p:F4}, {(p >= summary.Low && p <= summary.High ? "≈ " : "")}{summary.Mean - p:+0.0000;−0.0000})");
        return string.Create(CultureInfo.InvariantCulture, $"{summary.Mean:F4}{spread} [{summary.Low:F4}, {summary.High:F4}]{paper}");
    }

    /// <summary>Green where ours is at least the paper's.</summary>
    private string Html(Entry? entry)
    {
        string kind = entry?.Paper is not { } paper || summaries.Of(entry) is not { } summary ? ""
            : summary.Mean >= paper ? " class=\"better\"" : " class=\"worse\"";
        return $"<td{kind}>{WebUtility.HtmlEncode(Text(entry))}</td>";
    }

    private static JsonObject Json(Experiments.Table table, Entry entry, Summary? summary) => new()
    {
        ["table"] = table.Name,
        ["row"] = entry.Row,
        ["column"] = entry.Column,
        ["paper"] = entry.Paper,
        ["mean"] = summary?.Mean,
        ["spread"] = summary is null || double.IsNaN(summary.Spread) ? null : summary.Spread,
        ["sampling"] = summary?.Sampling,
        ["seeds"] = summary?.Seeds ?? 0,
    };
}
