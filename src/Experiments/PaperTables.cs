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

    /// <summary>The rows of tables 1 and 2: label, method, its score, whether it asks an oracle.</summary>
    private static readonly (string Label, string Method, string Score, bool Oracle)[] Systems =
    [
        ("KDE", "kde", "kde", false),
        ("IF", "isolation-forest", "isolation-forest", false),
        ("OC-SVM", "oc-svm", "oc-svm", false),
        ("OC-SVM, oracle", "oc-svm", "oc-svm", true),
        ("OC-DSVDD", "deep-svdd", "deep-svdd", false),
        ("AnoGAN", "anogan", "anogan", false),
        ("AnoGAN-FM", "anogan", "anogan-fm", false),
        ("Linear-AE", "linear-ae", "linear-ae", false),
        ("Robust PCA", "robust-pca", "robust-pca", false),
        ("VAE", "vae", "vae", false),
        ("MemAE", "mem-ae", "mem-ae", false),
        ("RepNN", "repnn", "repnn", false),
        ("Sig-RepNN", "sig-repnn", "sig-repnn", false),
        ("AE", "ae", "ae", false),
        ("AE, phase 1 of LIS-AE", "lis-ae", "ae", false),
        ("Universum", "universum", "universum", false),
        ("DOC", "doc", "doc", false),
        ("Outlier exposure", "outlier-exposure", "outlier-exposure", false),
        ("Deep exposure", "deep-exposure", "deep-exposure", false),
        ("LIS-AE", "lis-ae", "lis-ae", false),
        ("LinSep-LIS-AE", "linsep-lis-ae", "lis-ae", false),
    ];

    private static readonly (string Label, string Method, string Score, bool Oracle)[] WithSynthetic =
    [
        ("Synth. LIS-AE", "lis-ae", "lis-ae", false),
        ("Synth. LinSep-LIS-AE", "linsep-lis-ae", "lis-ae", false),
    ];

    private static readonly (string Label, string Method, string Score, bool Oracle)[] Supervised =
    [
        ("Sup. LIS-AE", "lis-ae", "lis-ae", false),
        ("Sup. LinSep-LIS-AE", "linsep-lis-ae", "lis-ae", false),
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
        "tableA1" => new(name, "AUC of LIS-AE for single negative classes, first half of CIFAR-10",
        [.. Single(name, "lis-ae", 0, 1, 2, 3, 4)]),
        "tableA2" => new(name, "AUC of LIS-AE for single negative classes, second half of CIFAR-10",
        [.. Single(name, "lis-ae", 5, 6, 7, 8, 9)]),
        "tableA3" => new(name, "AUC of LinSep-LIS-AE for single negative classes, first half of CIFAR-10",
        [.. Single(name, "linsep-lis-ae", 0, 1, 2, 3, 4)]),
        "tableA4" => new(name, "AUC of LinSep-LIS-AE for single negative classes, second half of CIFAR-10",
        [.. Single(name, "linsep-lis-ae", 5, 6, 7, 8, 9)]),
        "svhn-crops" => new(name, $"Not the paper's row: mean AUC over ten tasks of the first {ClassTask.Crops:N0} training crops of SVHN, "
            + $"{ClassTask.Folds} folds by position, each half the negatives of the other", [.. SvhnCrops()]),
        "validation" =>
        new(name, "Settings tried on held-out training data, AUC of held-out normal samples against held-out or synthetic negatives",
        [.. Validation.Entries(settings, quick)]),
        _ => throw new ArgumentException($"PaperTables: expected one of {string.Join(", ", Names)}, found {name}"),
    };

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
        (string, string, ClassTask[])[] columns =
        [
            ("MNIST", "mnist", [.. Ten.Select(c => ClassTask.Create("mnist", c, "omniglot"))]),
            ("Fashion-MNIST", "fashion-mnist-next", [.. Ten.Select(c => ClassTask.Create("fashion-mnist", c, "next"))]),
            ("2-class MNIST", "mnist-2-class",
            [.. Enumerable.Range(0, 5).Select(i => ClassTask.Create("mnist", $"{2 * i},{(2 * i) + 1}", "omniglot"))]),
        ];
        return [.. Both("table1.csv", Systems, columns), .. Both("table1.csv", WithSynthetic, Negatives(columns))];
    }

    /// <summary>The same tasks, tested on the same outliers, with negatives made from the normal data.</summary>
    private static (string, string, ClassTask[])[] Negatives((string Column, string Section, ClassTask[] Tasks)[] columns) =>
        [.. columns.Select(c => (c.Column, c.Tasks[0].Dataset, c.Tasks.Select(t => t with { Negative = Synthetic }).ToArray()))];

    /// <summary>
    /// Section 5.1: the other half are the negatives, the rest of the own half the outliers. Supervised: the outliers are the negatives.
    /// </summary>
    private IEnumerable<Entry> Table2()
    {
        (string, string, ClassTask[])[] Columns(bool supervised) =>
            [.. new[] { ("SVHN", "svhn"), ("CIFAR-10", "cifar10") }.Select(d => (d.Item1, d.Item2,
            Ten.Select(c => HalfTask(d.Item2, c, supervised ? "supervised" : OtherHalfOf(d.Item2, c))).ToArray()))];
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

        Entry Row((string Label, string Method, string Score, bool Oracle) system, ClassTask[] tasks) =>
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

    private IEnumerable<Entry> Both(
        string file, (string Label, string Method, string Score, bool Oracle)[] systems,
        (string Column, string Section, ClassTask[] Tasks)[] columns)
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
}
