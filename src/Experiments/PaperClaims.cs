namespace LisNative.Experiments;

/// <summary>What the paper says in words of its tables.</summary>
/// <param name="Statement">Its words, or short for them.</param>
/// <param name="Section">Where they stand.</param>
/// <param name="Comparisons">What must be so for it to hold.</param>
public sealed record PaperClaim(string Statement, string Section, IReadOnlyList<Comparison> Comparisons);

/// <summary>Some numbers of the tables that are to be more than others.</summary>
/// <param name="Name">Which.</param>
/// <param name="More">Their sum is to be more.</param>
/// <param name="Less">Than the sum of these.</param>
public sealed record Comparison(string Name, IReadOnlyList<Entry> More, IReadOnlyList<Entry> Less)
{
    /// <summary>By how much they are, by some number of each; null where one is missing.</summary>
    public double? Difference(Func<Entry, double?> number)
    {
        double?[] more = [.. More.Select(number)], less = [.. Less.Select(number)];
        return more.Concat(less).Contains(null) ? null : more.Sum() - less.Sum();
    }
}

/// <summary>The paper's claims in words, as comparisons of its tables' numbers.</summary>
/// <param name="paper">The tables.</param>
public sealed class PaperClaims(PaperTables paper)
{
    private static readonly string[] Compared =
        ["KDE", "IF", "OC-SVM", "OC-DSVDD", "AnoGAN", "Linear-AE", "VAE", "MemAE", "Sig-RepNN", "AE"];

    private static readonly string[] Columns = ["MNIST", "Fashion-MNIST", "2-class MNIST"], Glyphs = ["MNIST", "Fashion-MNIST"],
        Negative = ["Omniglot", "MNIST", "Fashion-MNIST"];

    private readonly Dictionary<string, Table> tables = PaperTables.Names.ToDictionary(n => n, paper.Get);

    /// <summary>In the paper's order.</summary>
    public IReadOnlyList<PaperClaim> All =>
    [
        new("LIS-AE achieves superior performance to all compared approaches", "5.1, tables 1 and 2",
        [
            .. Columns.SelectMany(c => Compared.Select(row => Rows("table1", "LIS-AE", row, c))),
            .. Compared.Select(row => Rows("table2", "LIS-AE", row, "CIFAR-10")),
        ]),
        new("LinSep-LIS-AE improves over LIS-AE on complex data", "5.1, table 2",
        [
            Rows("table2", "LinSep-LIS-AE", "LIS-AE", "CIFAR-10"), Rows("table2", "Sup. LinSep-LIS-AE", "Sup. LIS-AE", "CIFAR-10"),
        ]),
        new("LinSep-LIS-AE almost always performs better than LIS-AE", "4.2, averages of tables A1 to A4",
        [
            .. Negatives("tableA1").Select(row => Same(row, "tableA3", "tableA1")),
            .. Negatives("tableA2").Select(row => Same(row, "tableA4", "tableA2")),
        ]),
        new("supervised negatives are an upper bound", "5.1 and 5.2, tables 2 and 3",
        [
            Rows("table2", "Sup. LIS-AE", "LIS-AE", "CIFAR-10"), Rows("table2", "Sup. LinSep-LIS-AE", "LinSep-LIS-AE", "CIFAR-10"),
            .. Glyphs.SelectMany(c => Negative.Prepend("None").Select(row => Rows("table3", "Supervised", row, c))),
        ]),
        new("LIS-AE gives a significant margin over the base autoencoder", "5.1, figure 4",
        [
            .. Negatives("tableA1").Where(r => r.EndsWith("combined", StringComparison.Ordinal)).Select(r => Gain("tableA1", r)),
            .. Negatives("tableA2").Where(r => r.EndsWith("combined", StringComparison.Ordinal)).Select(r => Gain("tableA2", r)),
        ]),
        new("a negative data set increases performance in every case but two", "5.2, table 3",
        [
            Rows("table3", "Omniglot", "None", "MNIST"), Rows("table3", "MNIST", "None", "MNIST"),
            .. Negative.Select(row => Rows("table3", row, "None", "Fashion-MNIST")),
            Rows("table3", "CIFAR-10", "None", "CIFAR-10"),
        ]),
        new("one of the two: Fashion-MNIST as negatives of MNIST does harm", "5.2, table 3",
            [Rows("table3", "None", "Fashion-MNIST", "MNIST")]),
        new("a negative class helps most against outliers like it: dogs against cats, less against airplanes", "5.2, table 4",
            [new("automobile / dog, cat and airplane",
                [At("tableA1", "automobile / dog", "cat"), At("tableA1", "automobile / none", "airplane")],
                [At("tableA1", "automobile / none", "cat"), At("tableA1", "automobile / dog", "airplane")])]),
        new("horses as negatives of cars help against deer", "5.2, table 4", [Gain("tableA1", "automobile / horse", "deer")]),
        new("horses as negatives of deer, which are like them, do harm against cars", "5.2, table 4",
            [Harm("deer / horse", "automobile")]),
        new("dogs as negatives of cats, which are like them, do harm against what is unlike both", "5.2, table A1",
            [Harm("cat / dog", "airplane"), Harm("cat / dog", "automobile")]),
        new("LinSep mitigates such harm", "5.2, table 5",
        [
            Same("deer / horse", "tableA3", "tableA1", "automobile"), Same("cat / dog", "tableA3", "tableA1", "airplane"),
            Same("cat / dog", "tableA3", "tableA1", "automobile"),
        ]),
    ];

    private Entry At(string table, string row, string column) => tables[table].Entries.First(e => e.Row == row && e.Column == column);

    private Comparison Rows(string table, string more, string less, string column) =>
        new($"{more} over {less}, {column}", [At(table, more, column)], [At(table, less, column)]);

    private Comparison Same(string row, string more, string less, string column = PaperTables.Average) =>
        new($"{row}, {column}", [At(more, row, column)], [At(less, row, column)]);

    private Comparison Gain(string table, string row, string column = PaperTables.Average) =>
        new($"{row}, {column}", [At(table, row, column)], [At(table, Alone(row), column)]);

    private Comparison Harm(string row, string column) =>
        new($"{row}, {column}", [At("tableA1", Alone(row), column)], [At("tableA1", row, column)]);

    /// <summary>The row of the same class without negatives.</summary>
    private static string Alone(string row) => $"{row.Split(" / ")[0]} / none";

    private IEnumerable<string> Negatives(string table) =>
        tables[table].Rows.Where(r => !r.EndsWith("none", StringComparison.Ordinal));
}
