using System.Globalization;

namespace LisNative.Experiments;

/// <summary>The paper's tables, and its figures but the second, as views of cells.</summary>
/// <param name="settings">Those of each data set.</param>
/// <param name="quick">Whether to train only as long as a look needs.</param>
public sealed class PaperTables(Settings settings, bool quick)
{
    private static readonly string[] Cifar = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The column of means over the outlier classes in tables 4, 5 and A1 to A4.</summary>
    public const string Average = "average";

    private const string Synthetic = "synthetic";

    /// <summary>The rows of tables 1 and 2.</summary>
    private static readonly MethodRow[] Systems =
    [
        new("KDE", "kde"),
        new("IF", "isolation-forest"),
        new("OC-SVM", "oc-svm"),
        new("OC-SVM, oracle", "oc-svm", "oc-svm", Oracle: true),
        new("OC-DSVDD", "deep-svdd"),
        new("AnoGAN", "anogan"),
        new("AnoGAN-FM", "anogan", "anogan-fm"),
        new("Linear-AE", "linear-ae"),
        new("Robust PCA", "robust-pca"),
        new("VAE", "vae"),
        new("MemAE", "mem-ae"),
        new("RepNN", "repnn"),
        new("Sig-RepNN", "sig-repnn"),
        new("AE", "ae"),
        new("AE, phase 1 of LIS-AE", "lis-ae", "ae"),
        new("Universum", "universum"),
        new("DOC", "doc"),
        new("Outlier exposure", "outlier-exposure"),
        new("Deep exposure", "deep-exposure"),
        new("LIS-AE", "lis-ae"),
        new("LinSep-LIS-AE", "linsep-lis-ae", "lis-ae"),
    ];

    private static readonly MethodRow[] WithSynthetic =
    [
        new("Synth. LIS-AE", "lis-ae"),
        new("Synth. LinSep-LIS-AE", "linsep-lis-ae", "lis-ae"),
    ];

    private static readonly MethodRow[] Supervised =
    [
        new("Sup. LIS-AE", "lis-ae"),
        new("Sup. LinSep-LIS-AE", "linsep-lis-ae", "lis-ae"),
    ];

    /// <summary>The names that <see cref="Get"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["table1", "table2", "table3", "table4", "table5", "tableA1", "tableA2", "tableA3", "tableA4", "svhn-crops", "validation"];

    /// <summary>A table by its name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Table Get(string name) => name switch
    {
        "table1" => new(name, "Mean AUC over ten tasks of MNIST and of Fashion-MNIST and five two-class tasks of MNIST", [.. Table1()]),
        "table2" => new(name, "Mean AUC over ten tasks of SVHN and of CIFAR-10, each half the negatives of the other", [.. Table2()]),
        "table3" => new(name, "Mean AUC of LIS-AE over ten tasks with different negatives", [.. Table3()]),
        "table4" => new(name, "AUC of LIS-AE for single negative classes (excerpt of A1)", [.. Single("tableA1", "lis-ae", 1, 4)]),
        "table5" => new(name, "AUC of LinSep-LIS-AE for single negative classes (excerpt of A3)",
        [.. Single("tableA3", "linsep-lis-ae", 1, 4)]),
        "tableA1" => Appendix(name, "LIS-AE", 0),
        "tableA2" => Appendix(name, "LIS-AE", 5),
        "tableA3" => Appendix(name, "LinSep-LIS-AE", 0),
        "tableA4" => Appendix(name, "LinSep-LIS-AE", 5),
        "svhn-crops" => new(name, $"Not the paper's row: mean AUC over ten tasks of the first {ClassTask.Crops:N0} training crops of SVHN, "
            + $"{ClassTask.Folds} folds by position, each half the negatives of the other", [.. SvhnCrops()]),
        "validation" =>
        new(name, "Settings tried on held-out training data, AUC of held-out normal samples against held-out or synthetic negatives",
        [.. Validation.Entries(settings, quick)]),
        _ => throw new ArgumentException($"PaperTables: expected one of {string.Join(", ", Names)}, found {name}"),
    };

    private Table Appendix(string name, string method, int first) => new(
        name, $"AUC of {method} for single negative classes, {(first == 0 ? "first" : "second")} half of CIFAR-10",
        [.. Single(name, method.ToLowerInvariant(), [.. Half(first)])]);

    /// <summary>The names that <see cref="Figure"/> takes.</summary>
    public static IReadOnlyList<string> Figures { get; } = ["figure3", "figure4", "figureA1", "figureA2", "figureA3", "figureA4"];

    /// <summary>A figure by its name; of trade-off curves, tasks 0 to 4 and 5 to 9 in panes of their own.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Figure Figure(string name) => name switch
    {
        "figure3" => new(name, "Reconstructions by LIS-AE of CIFAR-10's car and SVHN's 0, negatives the other half",
            [.. new[] { ("cifar10", "1"), ("svhn", "0") }.Select(
            t => new Pane($"{t.Item1}-{t.Item2}", $"{t.Item1} {t.Item2}",
            EntryOf("", "", null, "lis-ae", "lis-ae", t.Item1, [HalfTask(t.Item1, t.Item2, OtherHalfOf(t.Item1, t.Item2))]).Of))],
            Reconstructions: true),
        "figure4" => new(name, "LIS-AE on CIFAR-10, negatives the other half",
        [.. Panes("lis-ae", "cifar10", "other half", c => HalfTask("cifar10", c, OtherHalfOf("cifar10", c)))]),
        "figureA1" => new(name, "LIS-AE on CIFAR-10, supervised and with SVHN as negatives",
            [.. Panes("lis-ae", "cifar10", "supervised", c => HalfTask("cifar10", c, "supervised")),
            .. Panes("lis-ae", "cifar10", "svhn", c => HalfTask("cifar10", c, "svhn"))]),
        "figureA2" => new(name, "LinSep-LIS-AE on SVHN, supervised and with the other half as negatives",
            [.. Panes("linsep-lis-ae", "svhn", "supervised", c => HalfTask("svhn", c, "supervised")),
            .. Panes("linsep-lis-ae", "svhn", "other half", c => HalfTask("svhn", c, OtherHalfOf("svhn", c)))]),
        "figureA3" => new(name, "LIS-AE on MNIST, supervised and with Omniglot as negatives",
            [.. Panes("lis-ae", "mnist", "supervised", c => ClassTask.Create("mnist", c, "supervised")),
            .. Panes("lis-ae", "mnist", "omniglot", c => ClassTask.Create("mnist", c, "omniglot"))]),
        "figureA4" => new(name, "LIS-AE on Fashion-MNIST, supervised and with Omniglot as negatives",
            [.. Panes("lis-ae", "fashion-mnist", "supervised", c => ClassTask.Create("fashion-mnist", c, "supervised")),
            .. Panes("lis-ae", "fashion-mnist", "omniglot", c => ClassTask.Create("fashion-mnist", c, "omniglot"))]),
        _ => throw new ArgumentException($"PaperTables: expected one of {string.Join(", ", Figures)}, found {name}"),
    };

    private IEnumerable<Pane> Panes(string method, string section, string negatives, Func<string, ClassTask> task) =>
        Enumerable.Range(0, 2).Select(half => 5 * half).Select(first =>
        new Pane($"{negatives.Replace(' ', '-')}-{first}-{first + 4}", $"{section}, negatives: {negatives}, tasks {first} to {first + 4}",
            EntryOf("", "", null, method, "lis-ae", section, [.. Ten.Skip(first).Take(5).Select(task)]).Of));

    private static string OtherHalfOf(string dataset, string c) => Classes(dataset, OtherHalf(int.Parse(c, CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Ten => Enumerable.Range(0, 10).Select(c => c.ToString(CultureInfo.InvariantCulture));

    private static IEnumerable<int> Half(int c) => Enumerable.Range(c < 5 ? 0 : 5, 5);

    private static IEnumerable<int> OtherHalf(int c) => Half(9 - c);

    private static string Classes(string dataset, IEnumerable<int> classes) => $"{dataset}:{string.Join(',', classes)}";

    private static double? Number(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Section 5.1: one class of glyphs or clothes is normal, or two digits; negatives are Omniglot, or the next class.</summary>
    private IEnumerable<Entry> Table1()
    {
        Column[] columns =
        [
            new("MNIST", "mnist", [.. Ten.Select(c => ClassTask.Create("mnist", c, "omniglot"))]),
            new("Fashion-MNIST", "fashion-mnist-next", [.. Ten.Select(c => ClassTask.Create("fashion-mnist", c, "next"))]),
            new("2-class MNIST", "mnist-2-class",
            [.. Enumerable.Range(0, 5).Select(i => ClassTask.Create("mnist", $"{2 * i},{(2 * i) + 1}", "omniglot"))]),
        ];
        return [.. Both("table1.csv", Systems, columns), .. Both("table1.csv", WithSynthetic, Negatives(columns))];
    }

    /// <summary>The same tasks, tested on the same outliers, with negatives made from the normal data.</summary>
    private static Column[] Negatives(Column[] columns) =>
        [.. columns.Select(c => new Column(c.Name, c.Tasks[0].Dataset, [.. c.Tasks.Select(t => t with { Negative = Synthetic })]))];

    /// <summary>
    /// Section 5.1: the other half are the negatives, the rest of the own half the outliers. Supervised: the outliers are the negatives.
    /// </summary>
    private IEnumerable<Entry> Table2()
    {
        Column Of(string name, string set, bool supervised) =>
            new(name, set, [.. Ten.Select(c => HalfTask(set, c, supervised ? "supervised" : OtherHalfOf(set, c)))]);
        Column[] Columns(bool supervised) => [Of("SVHN", "svhn", supervised), Of("CIFAR-10", "cifar10", supervised)];
        return
        [
            .. Both("table2.csv", Systems, Columns(supervised: false)),
            .. Both("table2.csv", WithSynthetic, Negatives(Columns(supervised: false))),
            .. Both("table2.csv", Supervised, Columns(supervised: true)),
        ];
    }

    /// <summary>Table 2's tasks within each fold of the crops that stand for SVHN.</summary>
    private IEnumerable<Entry> SvhnCrops()
    {
        ClassTask[] Tasks(Func<string, string> negative) => [.. Ten.SelectMany(c => Enumerable.Range(0, ClassTask.Folds).Select(
            fold => HalfTask("svhn", c, negative(c)) with { Fold = fold }))];
        var half = Tasks(c => OtherHalfOf("svhn", c));
        return
        [
            .. Systems.Where(s => !s.Oracle).Select(s => Row(s, half)),
            .. WithSynthetic.Select(s => Row(s, [.. half.Select(t => t with { Negative = Synthetic })])),
            .. Supervised.Select(s => Row(s, Tasks(_ => "supervised"))),
        ];

        Entry Row(MethodRow system, ClassTask[] tasks) =>
            EntryOf(system.Label, "SVHN, first crops", null, system.Method, system.Score, "svhn-crops", tasks);
    }

    /// <summary>Section 5.2: tested within the half, whatever the negatives.</summary>
    private IEnumerable<Entry> Table3()
    {
        string[][] paper = Resource.Csv("table3.csv");
        string[] names = ["", "mnist", "fashion-mnist", "svhn", "cifar10"];
        foreach (string[] row in paper[1..])
        {
            for (int column = 1; column < row.Length; column++)
            {
                string dataset = names[column];
                string? Negative(string c) => row[0] switch
                {
                    "None" => null,
                    "Supervised" => "supervised",
                    "Omniglot" => "omniglot",
                    var other when other == paper[0][column] => OtherHalfOf(dataset, c),
                    var other => names[Array.IndexOf(paper[0], other)],
                };
                if (Number(row[column]) is { } number)
                {
                    yield return EntryOf(row[0], paper[0][column], number, "lis-ae", row[0] == "None" ? "ae"
                        : "lis-ae", dataset, [.. Ten.Select(c => HalfTask(dataset, c, Negative(c)))]);
                }
            }
        }
    }

    /// <summary>
    /// Section 5.2 and appendix A.1: each class of the other half as the only negative, all of them, none, or the outliers themselves.
    /// </summary>
    private IEnumerable<Entry> Single(string name, string method, params int[] positives)
    {
        string[][] paper = Resource.Csv($"{name}.csv");
        foreach (string[] row in paper[1..].Where(r => positives.Contains(int.Parse(r[0], CultureInfo.InvariantCulture))))
        {
            int positive = int.Parse(row[0], CultureInfo.InvariantCulture);
            var (label, negative) = row[1] switch
            {
                "none" => ("none", null),
                "combined" => ("combined", Classes("cifar10", OtherHalf(positive))),
                "supervised" => ("supervised", "supervised"),
                var c => (Cifar[int.Parse(c, CultureInfo.InvariantCulture)], $"cifar10:{c}"),
            };
            var task = HalfTask("cifar10", row[0], negative);
            string used = negative is null ? "lis-ae" : method, score = negative is null ? "ae" : "lis-ae";
            double?[] numbers = [.. row[2..].Select(Number)];
            foreach (int outlier in Half(positive).Where(c => c != positive))
            {
                yield return EntryOf($"{Cifar[positive]} / {label}", Cifar[outlier], numbers[outlier % 5], used, score, "cifar10", [task])
                    with
                { Outlier = outlier };
            }

            // The printed averages have misprints (paper-gaps): the mean of the printed numbers.
            yield return EntryOf($"{Cifar[positive]} / {label}", Average, numbers.Average(), used, score, "cifar10", [task]);
        }
    }

    private static ClassTask HalfTask(string dataset, string c, string? negative) =>
        ClassTask.Create(dataset, c, negative, Half(int.Parse(c, CultureInfo.InvariantCulture)));

    private IEnumerable<Entry> Both(string file, MethodRow[] systems, Column[] columns)
    {
        string[][] paper = Resource.Csv(file);
        foreach (var (label, method, score, oracle) in systems)
        {
            string[]? row = paper.FirstOrDefault(r => r[0] == label.Split(',')[0]);
            foreach (var (column, section, tasks) in columns)
            {
                yield return EntryOf(label, column, row is null ? null
                    : Number(row[Array.IndexOf(paper[0], column)]), method, score, section, tasks, oracle);
            }
        }
    }

    private Entry EntryOf(string row, string column, double? paper, string method, string score, string section, ClassTask[] tasks,
        bool oracle = false)
    {
        var known = Methods.Get(method);
        return new(row, column, paper, Cells, score);

        IReadOnlyList<Cell> Cells(ulong seed)
        {
            var options = settings.Get(known, section, seed, quick);
            return [.. tasks.Select(t => new Cell(known.UsesNegatives ? t : t with { Negative = null }, options, oracle))];
        }
    }

    /// <summary>A row of tables 1 and 2.</summary>
    /// <param name="Label">What the paper calls it.</param>
    /// <param name="Method">The method.</param>
    /// <param name="Score">Which of its scores.</param>
    /// <param name="Oracle">Whether it asks an oracle.</param>
    private sealed record MethodRow(string Label, string Method, string Score, bool Oracle = false)
    {
        internal MethodRow(string label, string method)
            : this(label, method, method)
        {
        }
    }

    /// <summary>A column of tables 1 and 2: the part of the settings that it takes, and its tasks.</summary>
    private sealed record Column(string Name, string Section, ClassTask[] Tasks);
}
