using System.Globalization;

namespace LisNative.Experiments;

/// <summary>
/// Which settings are best, asked without a test sample: normal training samples are held out, and so are negatives. On CIFAR-10 one class
/// of the other half is left out of the negatives and is to be found, as an anomaly of a kind that training never showed; where the
/// negatives are no classes (Omniglot) or one class (Fashion-MNIST), synthetic negatives of the held-out normal samples stand for
/// anomalies. Five tasks each: the even classes.
/// </summary>
internal static class Validation
{
    /// <summary>Section of the file, method, and the values tried of one setting while the others are as in the file.</summary>
    private static readonly (string Section, string Method, string Setting, double[] Values)[] Candidates =
    [
        ("mnist", "lis-ae", "latent", [8, 16, 32]),
        ("mnist", "lis-ae", "epochs2", [8, 20, 40]),
        ("mnist", "universum", "c", [10, 100, 1000]),
        ("fashion-mnist", "lis-ae", "latent", [4, 8, 16, 32]),
        ("fashion-mnist", "lis-ae", "negativePool", [8192, 16384, 32768]),
        ("fashion-mnist-next", "lis-ae", "cropShare", [0, 0.5, 1]),
        ("fashion-mnist-next", "lis-ae", "smallestCrop", [0.15, 0.3, 0.6]),
        ("cifar10", "lis-ae", "gamma", [10, 14, 20, 27, 40]),
        ("cifar10", "lis-ae", "epochs2", [5, 10, 20]),
        ("cifar10", "lis-ae", "latent", [64, 128, 256]),
        ("cifar10", "universum", "c", [10, 100, 1000]),
        ("cifar10", "linsep-lis-ae", "gamma", [14, 20, 27]),
        ("cifar10", "linsep-lis-ae", "linSep", [1, 10, 30, 60]),
        ("cifar10", "linsep-lis-ae", "epochs1", [10, 20]),
        ("cifar10", "linsep-lis-ae", "negativePool", [16384, 32768]),
        ("cifar10", "outlier-exposure", "epochs1", [20]),
        ("cifar10", "deep-exposure", "epochs1", [10, 20, 40]),
    ];

    internal static IEnumerable<Entry> Entries(Settings settings, bool quick) =>
        Candidates.SelectMany(c => c.Values.Select(value => new Entry(
        string.Create(CultureInfo.InvariantCulture, $"{c.Method}, {c.Setting} {value}"), Task(c.Section, 0).Dataset, null, seed =>
        Cells(c.Section, settings.Get(Methods.Get(c.Method), c.Section, seed, quick, (c.Setting, value))),
        c.Method == "linsep-lis-ae" ? "lis-ae" : c.Method)));

    private static IReadOnlyList<Cell> Cells(string section, DetectorOptions options) =>
        [.. Enumerable.Range(0, 5).Select(i => new Cell(Task(section, 2 * i), options))];

    private static ClassTask Task(string section, int normal)
    {
        string[] other = [.. Enumerable.Range(normal < 5 ? 5 : 0, 5).Select(c => $"{c}")];
        string left = $"{(normal + 5) % 10}";
        var (dataset, negative, validation) = section switch
        {
            "mnist" => (section, "omniglot", "synthetic"),
            "fashion-mnist" or "fashion-mnist-next" => ("fashion-mnist", $"fashion-mnist:{(normal + 1) % 10}", "synthetic"),
            _ => (section, $"{section}:{string.Join(',', other.Except([left]))}", $"{section}:{left}"),
        };
        return new(dataset, $"{normal}", negative, "") { Validation = validation };
    }
}
