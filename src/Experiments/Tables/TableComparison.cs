using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Experiments;

/// <summary>
/// Methods on tables beside published figures: one class to learn from, as <see cref="TableFolder"/> parts the rows. Methods that train in
/// no steps learn from all of their half; networks hold out a tenth of it, as always. Methods that learn from negatives get synthetic ones.
/// </summary>
/// <param name="folder">The tables.</param>
/// <param name="settings">A file's settings; null for every method's defaults.</param>
/// <param name="quick">Whether to train only as long as a look needs.</param>
public sealed class TableComparison(TableFolder folder, Settings? settings = null, bool quick = false)
{
    /// <summary>The table's name as the tool takes it, and the part of a file of settings that it reads.</summary>
    public const string Name = "tables";

    /// <summary>
    /// A row that is no method: ECOD as published figures have it, whose tails count the rows tested with those learnt from.
    /// </summary>
    public const string JoinedEcod = "ecod, test rows counted in";

    /// <summary>Methods on whose figures the seed has no bearing, or none that shows: the folds of kde, a coreset.</summary>
    private static readonly string[] SameForEverySeed = ["knn", "lof", "ecod", "pca", "kde", "oc-svm", "mahalanobis", "linear-ae"];

    /// <summary>What published tables call a method.</summary>
    private static readonly Dictionary<string, string> PublishedNames = new(StringComparer.Ordinal)
    {
        ["knn"] = "kNN",
        ["lof"] = "LOF",
        ["ecod"] = "ECOD",
        [JoinedEcod] = "ECOD",
        ["pca"] = "PCA",
        ["oc-svm"] = "OCSVM",
        ["isolation-forest"] = "IForest",
        ["deep-svdd"] = "DeepSVDD",
        ["vae"] = "VAE",
    };

    /// <summary>The methods compared where none are named.</summary>
    public static IReadOnlyList<string> DefaultMethods { get; } =
    [
        "knn", "lof", "ecod", "pca", "kde", "oc-svm", "isolation-forest", "mahalanobis", "linear-ae", "ae", "vae", "deep-svdd", "lis-ae",
        "auto",
    ];

    /// <summary>What published tables call a method; null where they do not have it.</summary>
    public static string? PublishedName(string method) => PublishedNames.GetValueOrDefault(method);

    /// <summary>The cell of a method on a table; the same for every seed where that has no bearing.</summary>
    /// <exception cref="InputException">The file is no table, or a setting is none of the method's.</exception>
    public Cell CellOf(string method, string table, ulong seed)
    {
        var known = Methods.Get(method);
        var given = settings is null ? Settings.Own.Parts(known, quick ? [Settings.Quick] : [])
            : settings.Given(known, quick ? [Name, Settings.Quick] : [Name]);
        if (known.Defaults is not AutoencoderOptions)
        {
            given.TryAdd("heldOut", JsonValue.Create(0));
        }

        given["seed"] = SameForEverySeed.Contains(method) ? 1 : seed;
        return new(folder.TaskOf(table, known.UsesNegatives ? "synthetic" : null), known.Read(JsonSerializer.SerializeToElement(given)));
    }

    /// <summary>What is stored of a method on a table; null where that is nothing.</summary>
    /// <param name="method">The method.</param>
    /// <param name="table">The table.</param>
    /// <param name="seeds">Seeds 1 to this count.</param>
    /// <param name="stored">The results.</param>
    public TableFigures? Find(
        string method, string table, int seeds, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CellResult>> stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return TableFigures.TryCreate([.. Enumerable.Range(1, seeds).Select(seed => CellOf(method, table, (ulong)seed).Key).Distinct()
            .Select(stored.GetValueOrDefault).OfType<IReadOnlyDictionary<string, CellResult>>()
            .Select(scores => scores.GetValueOrDefault(method) ?? scores.Values.First())]);
    }

    /// <summary>The row <see cref="JoinedEcod"/> on a table.</summary>
    /// <exception cref="InputException">The file is no table.</exception>
    public TableFigures MeasureJoinedEcod(string table) => Experiments.JoinedEcod.Measure(folder.TaskOf(table, null).Read(folder.Data, 1));
}
