using LisNative.Cli.Report;
using LisNative.Experiments;

namespace LisNative.Cli.Verbs;

/// <summary>reproduce tables: methods on labelled tables, beside published figures.</summary>
internal sealed class ReproduceTables(Reproduce.Asked asked, TableFolder folder) : Reproduce.IStudy
{
    /// <summary>Lies among the tables, where there are published figures.</summary>
    internal const string PublishedAuroc = "published-auroc.csv";

    private const string PublishedPrecision = "published-aucpr.csv";

    private readonly TableComparison comparison =
        new(folder, asked.Settings is null ? null : Settings.Read(asked.Settings), asked.Quick);

    private readonly IReadOnlyList<string> methods = asked.Rows.Length > 0 ? [.. asked.Rows.Distinct()] : TableComparison.DefaultMethods,
        tables = asked.Tasks.Length > 0 ? [.. asked.Tasks.Distinct()] : folder.Names;

    /// <summary>What was asked for.</summary>
    /// <exception cref="InputException">There is no such folder, table or method, or more was asked for.</exception>
    internal static ReproduceTables Create(Reproduce.Asked asked)
    {
        if (asked.What.Length > 1)
        {
            throw new InputException("WHAT",
                $"expected {TableComparison.Name} alone, whose --data are other files, found {string.Join(", ", asked.What)}");
        }

        var folder = new TableFolder(asked.Data ?? throw new InputException("--data", "expected a folder of tables, found none"));
        Reproduce.Known("--rows", asked.Rows, [.. Methods.All.Select(m => m.Name)]);
        Reproduce.Known("--tasks", asked.Tasks, [.. folder.Names]);
        return new(asked, folder);
    }

    /// <summary>Seed by seed, so that all tables have their first figures early.</summary>
    public Cell[] Cells => [.. Enumerable.Range(1, asked.Seeds).SelectMany(seed =>
        tables.SelectMany(t => methods.Select(m => comparison.CellOf(m, t, (ulong)seed))))];

    /// <inheritdoc/>
    public DataFolder? Data => folder.Data;

    /// <inheritdoc/>
    public void Report(ResultStore store, ExhibitFolder exhibits, string output, Terminal terminal, CancellationToken cancellation)
    {
        var stored = store.Read();
        var published = Published(PublishedAuroc);
        string[] rows = [.. methods.SelectMany(m => m == "ecod" && published is not null ? [m, TableComparison.JoinedEcod] : new[] { m })];
        new TablesReport(
            rows, tables, (m, t) => m == TableComparison.JoinedEcod ? comparison.MeasureJoinedEcod(t)
                : comparison.Find(m, t, asked.Seeds, stored), published, Published(PublishedPrecision)).Write(output, terminal);
    }

    private PublishedFigures? Published(string name) => PublishedFigures.TryRead(Path.Combine(asked.Data!, name));
}
