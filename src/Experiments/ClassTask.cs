using System.Globalization;
using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>
/// A task of the paper's section 5: some classes of a data set are normal, the model may be shown negatives, and it is tested on normal
/// samples and on the outlier classes. Everything is text, so that tasks compare and store by value.
/// </summary>
/// <param name="Dataset">One of <see cref="Sources.Names"/> that has classes.</param>
/// <param name="Normal">The normal classes, 8 or 0,1.</param>
/// <param name="Negative">What <see cref="DataFolder.Negatives"/> takes; null for none.</param>
/// <param name="Outliers">The classes to find.</param>
public sealed record ClassTask(string Dataset, string Normal, string? Negative, string Outliers)
{
    private const int ClassCount = 10;

    /// <summary>Every fifth sample is held out: for validation of the normal ones, to test on of a <see cref="Fold"/>.</summary>
    internal const int Folds = 5;

    /// <summary>Of how many samples folds are: SVHN's first training crops.</summary>
    internal const int Crops = 1083;

    /// <summary>
    /// For choosing settings: what is to be found in place of outlier classes, as <see cref="DataFolder.Negatives"/> takes it. The task
    /// then reads no test sample: its normal samples are held out of the training part.
    /// </summary>
    public string? Validation { get; init; }

    /// <summary>
    /// Where a part of the training files stands for the whole data set: the first 1,083 samples in five folds by position, of which this
    /// one is tested on and the others are learnt from. Null for the official parts.
    /// </summary>
    public int? Fold { get; init; }

    /// <summary>Which features are learnt from in place of pixels, by a name that tells them from all others; null for pixels.</summary>
    public string? Features { get; init; }

    /// <summary>A hash of the samples, where they are no official files, which do not change; null where they are.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// The task with all other classes as outliers but those that the model was shown: it must not be tested on what it learnt to fail on,
    /// unless that is the point.
    /// </summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="normal">The normal classes.</param>
    /// <param name="negative">As <see cref="DataFolder.Negatives"/> takes it; «next» for the class after the normal one; «other-half»
    /// for the five classes among which it is not, as in the paper's table 2; «supervised» for the outliers themselves, an upper
    /// bound.</param>
    /// <param name="among">Classes to choose outliers from; all by default. The paper's split data sets test within one half.</param>
    /// <exception cref="InputException">A class is no number, or no outlier is left.</exception>
    public static ClassTask Create(string dataset, string normal, string? negative, IEnumerable<int>? among = null)
    {
        int[] classes = DataFolder.Classes(normal), others = [.. (among ?? Enumerable.Range(0, ClassCount)).Except(classes)];
        string? shown = negative switch
        {
            "next" => $"{dataset}:{(classes[^1] + 1) % ClassCount}",
            "supervised" => $"{dataset}:{string.Join(',', others)}",
            "other-half" => $"{dataset}:{(classes[^1] < ClassCount / 2 ? "5,6,7,8,9" : "0,1,2,3,4")}",
            _ => negative,
        };
        int[] outliers = negative != "supervised" && shown?.StartsWith($"{dataset}:", StringComparison.Ordinal) == true
            ? [.. others.Except(DataFolder.Classes(shown[(dataset.Length + 1)..]))]
            : others;
        return outliers.Length > 0 ? new(dataset, normal, shown, string.Join(',', outliers))
            : throw new InputException(dataset, "expected classes that are neither normal nor negative, found none");
    }

    /// <summary>The tasks in which each class in turn is the normal one.</summary>
    public static IEnumerable<ClassTask> OfEach(string dataset, string? negative) =>
        Enumerable.Range(0, ClassCount).Select(c => Create(dataset, c.ToString(CultureInfo.InvariantCulture), negative));

    /// <summary>The samples.</summary>
    /// <param name="data">Where they lie.</param>
    /// <param name="seed">Decides synthetic negatives.</param>
    /// <exception cref="InputException">Files are missing, or a class has no samples.</exception>
    public TaskData Read(DataFolder data, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        data = Fold is { } fold ? data.OfFold(fold, Folds, Crops) : data;
        var normal = NotEmpty(data.Load(Dataset, train: true).OfClasses(DataFolder.Classes(Normal)), $"of class {Normal}");
        if (Validation is not null)
        {
            var (fitted, heldOut) = (Part(normal, i => i % Folds != 0), Part(normal, i => i % Folds == 0));
            return new(fitted, Negative is null ? null
                : data.Negatives(Negative, fitted, seed), heldOut, data.Negatives(Validation, heldOut, seed));
        }

        var test = data.Load(Dataset, train: false);
        return new(
            normal,
            Negative is null ? null : data.Negatives(Negative, normal, seed),
            NotEmpty(test.OfClasses(DataFolder.Classes(Normal)), "to test"),
            NotEmpty(test.OfClasses(DataFolder.Classes(Outliers)), "that are neither normal nor negative"));
    }

    private static Dataset Part(Dataset set, Func<int, bool> chosen) =>
        set.Select(set.Name, [.. Enumerable.Range(0, set.Count).Where(chosen)]);

    private static Dataset NotEmpty(Dataset set, string what) =>
        set.Count > 0 ? set : throw new InputException(set.Name, $"expected samples {what}, found none");
}
