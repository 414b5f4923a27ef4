using System.Globalization;
using System.Text.Json.Nodes;
using LisNative.Experiments;

namespace LisNative.Cli.Report;

/// <summary>What the paper claims, and what the store says of it: its words, its numbers, and what it leaves open.</summary>
/// <param name="paper">Its tables.</param>
/// <param name="summaries">What the store has for their numbers.</param>
internal sealed class ClaimsPage(PaperTables paper, Summaries summaries)
{
    internal const string Name = "claims", File = "claims.md";

    private static readonly string[] WithSynthetic = ["table1", "table2", "svhn-crops"],
        Rows = ["AE, phase 1 of LIS-AE", "Synth. LIS-AE", "LIS-AE"];

    /// <summary>Writes the page.</summary>
    internal JsonObject Write(string folder)
    {
        string path = Path.Combine(folder, File), text = string.Join('\n', Lines());
        Outputs.Write(path, text);
        return new()
        {
            ["claims"] = new JsonArray([.. new PaperClaims(paper).All.Select(Json)]),
            ["written"] = new JsonArray(path),
        };
    }

    private JsonObject Json(PaperClaim claim)
    {
        double[] measured = [.. claim.Comparisons.Select(Difference).OfType<double>()];
        return new()
        {
            ["claim"] = claim.Statement,
            ["section"] = claim.Section,
            ["compared"] = measured.Length,
            ["holding"] = measured.Count(d => d > 0),
        };
    }

    /// <summary>Those with numbers of the paper, but for excerpts of others.</summary>
    private IEnumerable<Experiments.Table> Whole =>
        PaperTables.Names.Where(n => n is not ("table4" or "table5")).Select(paper.Get).Where(t => Compared(t).Any());

    private IEnumerable<string> Lines() =>
    [
        "# For a doubter",
        "",
        "Written from the store of results. What the paper says in words is compared number by number; what it says in numbers counts as",
        "met where ours is above it, and as missed where it lies above the 95 % interval of ours, which holds the test samples' share and,",
        "of several seeds, theirs. The paper prints one number each, without a spread.",
        "",
        "```sh",
        string.Create(CultureInfo.InvariantCulture, $"lisnative reproduce {Name} --seeds {summaries.Seeds} --out docs/results"),
        "```",
        "",
        "## Its words",
        "",
        "In brackets by how much AUC an exception falls short.",
        "",
        "| claim | where | comparisons that come out so | in the paper's tables | exceptions of ours |",
        "|---|---|---:|---:|---|",
        .. new PaperClaims(paper).All.Select(Row),
        "",
        "## Its numbers",
        "",
        "| table | numbers compared | ours above | within | missed | mean difference | not measured |",
        "|---|---:|---:|---:|---:|---:|---:|",
        .. Whole.Select(Row),
        "",
        "Of the tables of single negative classes the averages are compared, whose parts are the other numbers; tables 4 and 5 are",
        "excerpts of A1 and A3.",
        "",
        "### Missed",
        "",
        "| table | row | column | ours | the paper's |",
        "|---|---|---|---:|---:|",
        .. Whole.SelectMany(t => Compared(t).Where(c => c.Paper > c.Ours.High)
            .Select(c => $"| {t.Name} | {c.Entry.Row} | {c.Entry.Column} | {Number(c.Ours)} | {c.Paper.ToString("F4", Invariant)} |")),
        "",
        "## What it leaves open: negatives made from the normal data",
        "",
        "Nothing of these but the kinds for digits was chosen with a test figure in view.",
        "",
        "| data | without negatives | synthetic | the paper's kind of negatives |",
        "|---|---:|---:|---:|",
        .. Synthetic(),
        "",
    ];

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string Number(Summary s) => string.Create(Invariant,
        $"{s.Mean:F4}{(s.Seeds > 1 ? string.Create(Invariant, $" ± {s.Spread:F4} ({s.Seeds} seeds)") : "")}");

    private string Row(PaperClaim claim)
    {
        var measured = claim.Comparisons.Select(c => (c.Name, Difference: Difference(c))).Where(c => c.Difference is not null).ToArray();
        var against = measured.Where(c => c.Difference <= 0).ToArray();
        string exceptions = against.Length == 0 ? "" : against.Length > 8 ? $"{against.Length}, the greatest "
            + Exception(against.MinBy(c => c.Difference)) : string.Join("; ", against.Select(Exception));
        int itself = claim.Comparisons.Count(c => c.Difference(e => e.Paper) > 0);
        return $"| {claim.Statement} | {claim.Section} | {measured.Length - against.Length} of {measured.Length} "
            + $"| {itself} of {claim.Comparisons.Count} | {exceptions} |";
    }

    private static string Exception((string Name, double? Difference) c) => string.Create(Invariant, $"{c.Name} ({c.Difference:F3})");

    private double? Difference(Comparison of) => of.Difference(e => summaries.Of(e)?.Mean);

    private static IEnumerable<Entry> Counted(Experiments.Table table) => table.Entries
        .Where(e => e.Paper is not null && (e.Column == PaperTables.Average || !table.Columns.Contains(PaperTables.Average)));

    private IEnumerable<(Entry Entry, Summary Ours, double Paper)> Compared(Experiments.Table table) => Counted(table)
        .Select(e => (Entry: e, Ours: summaries.Of(e), Paper: e.Paper!.Value)).Where(e => e.Ours is not null)
        .Select(e => (e.Entry, e.Ours!, e.Paper));

    private string Row(Table table)
    {
        var all = Compared(table).ToArray();
        return string.Create(Invariant,
            $"| {table.Name} | {all.Length} | {all.Count(c => c.Ours.Mean >= c.Paper)} "
            + $"| {all.Count(c => c.Ours.Mean < c.Paper && c.Paper <= c.Ours.High)} | {all.Count(c => c.Paper > c.Ours.High)} "
            + $"| {all.Average(c => c.Ours.Mean - c.Paper):+0.0000;−0.0000} | {Counted(table).Count() - all.Length} |");
    }

    private IEnumerable<string> Synthetic()
    {
        foreach (string name in WithSynthetic)
        {
            var table = paper.Get(name);
            foreach (string column in table.Columns)
            {
                Summary?[] found = [.. Rows.Select(row =>
                    table.Entries.FirstOrDefault(e => e.Row == row && e.Column == column)).Select(e => e is null ? null : summaries.Of(e))];
                if (!found.Contains(null))
                {
                    yield return $"| {column} |{string.Concat(found.Select(f => $" {Number(f!)} |"))}";
                }
            }
        }
    }
}
