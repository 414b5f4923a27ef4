using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Experiments;
using LisNative.Layers;
using Spectre.Console;

namespace LisNative.Cli;

/// <summary>What is stored of the paper's tables and figures, beside its numbers.</summary>
internal static class PaperReport
{
    private const string Legend = "Ours ± deviation over seeds [95 % interval from the test samples] (the paper's, difference). No fit was given a test label but in rows marked «oracle».";

    /// <summary>Prints the tables and writes them as Markdown, and writes what is stored of the figures as SVG.</summary>
    internal static void Write(
        IReadOnlyList<Experiments.Table> tables, IReadOnlyList<Figure> figures, int seeds, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored, string output, Terminal terminal)
    {
        var (all, markdown) = (new JsonArray(), new List<string>());
        foreach (var table in tables)
        {
            var shown = new Spectre.Console.Table { Title = new TableTitle(Markup.Escape($"{table.Name}: {table.Title}")) };
            shown.AddColumn("").AddColumns([.. table.Columns.Select(c => Markup.Escape(c))]);
            markdown.AddRange(["", $"## {table.Name}: {table.Title}", "", $"| |{string.Concat(table.Columns.Select(c => $" {c} |"))}", $"|---|{string.Concat(table.Columns.Select(_ => "---:|"))}"]);
            foreach (string row in table.Rows)
            {
                string[] texts = [.. table.Columns.Select(column => table.Entries.FirstOrDefault(e => e.Row == row && e.Column == column) is { } entry ? Text(entry, Summary.Of(entry, seeds, stored)) : "")];
                shown.AddRow([Markup.Escape(row), .. texts.Select(t => Markup.Escape(t))]);
                markdown.Add($"| {row} |{string.Concat(texts.Select(t => $" {t} |"))}");
            }

            foreach (var entry in table.Entries)
            {
                all.Add(Json(table, entry, Summary.Of(entry, seeds, stored)));
            }

            terminal.Show(shown);
        }

        if (tables.Count > 0)
        {
            string file = Path.Combine(output, "tables.md");
            AtomicFile.Write(file, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes($"{Legend}\n{string.Join('\n', markdown)}\n")));
            terminal.Say($"{Legend} Written to {file}.");
        }

        terminal.Object(new JsonObject { ["entries"] = all, ["figures"] = new JsonArray([.. Draw(figures, stored, output, terminal).Select(f => JsonValue.Create(f))]) });
    }

    private static List<string> Draw(IReadOnlyList<Figure> figures, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored, string output, Terminal terminal)
    {
        var written = new List<string>();
        foreach (var (figure, pane) in figures.SelectMany(f => f.Panes.Select(p => (f, p))))
        {
            string path = Path.Combine(output, $"{figure.Name}-{pane.Name}.svg");
            bool drawn = TradeOffFigure.Draw(path, pane, stored);
            terminal.Say($"{figure.Name}, {pane.Title}: {(drawn ? path : "not measured")}");
            written.AddRange(drawn ? [path] : []);
        }

        return written;
    }

    private static string Text(Entry entry, Summary? summary)
    {
        string paper = entry.Paper is { } p ? FormattableString.Invariant($" ({p:F4}{(summary is null ? "" : FormattableString.Invariant($", {summary.Mean - p:+0.0000;−0.0000}"))})") : "";
        return summary is null ? $"not measured{paper}"
            : string.Create(CultureInfo.InvariantCulture, $"{summary.Mean:F4}{(double.IsNaN(summary.Spread) ? "" : FormattableString.Invariant($" ± {summary.Spread:F4}"))} [{summary.Mean - (1.96 * summary.Sampling):F4}, {summary.Mean + (1.96 * summary.Sampling):F4}]{paper}");
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
