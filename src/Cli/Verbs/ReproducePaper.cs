using LisNative.Cli.Report;
using LisNative.Data;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>reproduce: the paper's tables and figures.</summary>
internal sealed class ReproducePaper(
    Reproduce.Asked asked, PaperTables paper, string[] names, Table[] tables, Figure[] figures) : Reproduce.IStudy
{
    internal const string All = "all";

    private const string Figure2 = "figure2";

    /// <summary>What there is.</summary>
    internal static string[] Everything { get; } = [.. PaperTables.Names, Figure2, .. PaperTables.Figures, ClaimsPage.Name];

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputException">There is no such table, figure, row or column.</exception>
    internal static ReproducePaper Create(Reproduce.Asked asked)
    {
        Reproduce.Known("WHAT", asked.What, [.. Everything, All, TableComparison.Name, ReproduceSignals.Name]);
        string[] names = asked.What.Contains(All) ? Everything : asked.What;
        var paper = new PaperTables(asked.Settings is null ? Settings.Own : Settings.Read(asked.Settings), asked.Quick);
        Table[] whole = [.. names.Intersect(PaperTables.Names).Select(paper.Get)];
        Reproduce.Known("--rows", asked.Rows, [.. whole.SelectMany(t => t.Rows)]);
        Reproduce.Known("--tasks", asked.Tasks, [.. whole.SelectMany(t => t.Columns)]);
        return new(asked, paper, names, [.. whole.Select(t => t with
        {
            Entries = [.. t.Entries.Where(e => (asked.Rows.Length == 0 || asked.Rows.Contains(e.Row))
                && (asked.Tasks.Length == 0 || asked.Tasks.Contains(e.Column)))],
        }).Where(t => t.Entries.Count > 0)], [.. names.Intersect(PaperTables.Figures).Select(paper.Figure)]);
    }

    /// <inheritdoc/>
    public Cell[] Cells =>
    [
        .. Enumerable.Range(1, asked.Seeds).SelectMany(seed => tables.SelectMany(t => t.Entries).SelectMany(e => e.Of((ulong)seed))),
        .. figures.SelectMany(f => f.Panes).SelectMany(p => p.Of(1)),
    ];

    /// <inheritdoc/>
    public DataFolder? Data { get; } = asked.Data is null ? null : new(asked.Data);

    /// <inheritdoc/>
    public void Report(ResultStore store, ExhibitFolder exhibits, string output, Terminal terminal, CancellationToken cancellation)
    {
        if (names.Contains(Figure2))
        {
            LinearFigure(Path.Combine(output, "figure2.png"), terminal, cancellation);
        }

        var results = store.Read();
        var summaries = new Summaries(asked.Seeds, results);
        if (names.Contains(ClaimsPage.Name))
        {
            var written = new ClaimsPage(paper, summaries).Write(output);
            terminal.Say($"{ClaimsPage.Name}: {written["written"]![0]}");
            if (names.Length == 1)
            {
                terminal.Object(written);
                return;
            }
        }

        new PaperReport(tables, figures, summaries, results, exhibits).Write(output, terminal);
    }

    /// <summary>Figure 2 is no view of cells: it is drawn from the closed form, unless it is there.</summary>
    private void LinearFigure(string path, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            if (asked.Data is not null && !File.Exists(path))
            {
                Theory.Figure2(asked.Data, path, terminal, cancellation);
            }
        }
        catch (MissingFilesException e)
        {
            Reproduce.NotMeasured(e.Message);
        }

        terminal.Say($"{Figure2}: {(File.Exists(path) ? path : "not measured")}");
    }
}
