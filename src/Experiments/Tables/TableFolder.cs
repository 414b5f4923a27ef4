using System.Text.RegularExpressions;

namespace LisNative.Experiments;

/// <summary>
/// A folder of labelled tables as ADBench has them: NAME.npz or NUMBER_NAME.npz, each an array X [rows, columns] and an array y, 0 for
/// normal rows and 1 for anomalies. The first half of the normal rows, in the order of the file, is for training; the rest of them and
/// all anomalies are for testing (Livernoche, Jain, Hezaveh, Ravanbakhsh 2024).
/// </summary>
public sealed partial class TableFolder
{
    private const string Extension = ".npz";

    private readonly Dictionary<string, string> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, TableRows> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks which tables there are.</summary>
    /// <exception cref="InputException">There is no such folder, it has no tables, or two of one name.</exception>
    public TableFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new InputException("--data", $"expected a folder of tables, found no folder {path}");
        }

        foreach (string file in Directory.GetFiles(path, $"*{Extension}").Order(StringComparer.Ordinal))
        {
            string name = Number().Replace(Path.GetFileNameWithoutExtension(file), "");
            if (!files.TryAdd(name, file))
            {
                throw new InputException(
                    path, $"expected one table {name}, found {Path.GetFileName(files[name])} and {Path.GetFileName(file)}");
            }
        }

        Names = files.Count > 0 ? [.. files.Keys.Order(StringComparer.OrdinalIgnoreCase)]
            : throw new InputException(path, $"expected tables, NAME{Extension} with arrays X and y, found none");
        Data = new(path) { Parts = (name, train) => train ? Get(name).Train : Get(name).Test };
    }

    /// <summary>The tables' names, without their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The tables as data sets of two classes, 0 and 1.</summary>
    public DataFolder Data { get; }

    /// <summary>Class 0 of a table is normal, class 1 is to be found.</summary>
    /// <exception cref="InputException">The file is no such table; the message says why.</exception>
    internal ClassTask TaskOf(string name, string? negative) => new(name, "0", negative, "1") { Fingerprint = Get(name).Fingerprint };

    private TableRows Get(string name) =>
        known.TryGetValue(name, out var rows) ? rows : known[name] = TableRows.Read(files[name], name);

    [GeneratedRegex(@"^\d+_(?=.)")]
    private static partial Regex Number();
}
