using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Experiments;

/// <summary>One experiment: a task, a method, all its settings, the seed among them. Tables are views of cells.</summary>
/// <param name="Task">What is trained and tested on.</param>
/// <param name="Options">The method and its settings.</param>
/// <param name="Oracle">Whether a setting is chosen by labelled test data.</param>
public sealed record Cell(ClassTask Task, DetectorOptions Options, bool Oracle = false)
{
    /// <summary>Settings younger than some stored results: keys name them only where they are set, so that old keys still match.</summary>
    private static readonly string[] Later = ["depth", "noise"];

    private static readonly string[] KeyParts = ["version", "task", "method", "settings", "oracle"];
    internal static readonly string Version = typeof(Detector).Assembly.GetName().Version!.ToString(3);

    /// <summary>What a stored result is known by: everything that it depends on, the engine's version included.</summary>
    public string Key => Describe().ToJsonString();

    /// <summary>The method's name.</summary>
    public string Method => Methods.Find(Options).Name;

    /// <summary>For a person: the method, what is normal, and the negatives.</summary>
    public string Title =>
        $"{Method}, {Task.Dataset} {Task.Normal}{(Task.Fold is { } fold ? $" (fold {fold})" : "")}"
        + $"{(Task.Features is null ? "" : " (features)")}, "
        + $"{(Task.Negative is null ? "no negatives" : $"negatives {Task.Negative}")}, seed {Options.Seed}";

    /// <summary>Names files of this cell.</summary>
    public string Hash => HashOf(Key);

    internal static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];

    /// <summary>The key as an object.</summary>
    public JsonObject Describe()
    {
        var task = new JsonObject
        {
            ["dataset"] = Task.Dataset,
            ["normal"] = Task.Normal,
            ["negative"] = Task.Negative,
            ["outliers"] = Task.Outliers
        };
        (string Name, JsonNode? Value)[] some =
            [("validation", Task.Validation), ("fold", Task.Fold), ("features", Task.Features), ("fingerprint", Task.Fingerprint)];
        foreach (var (name, value) in some.Where(s => s.Value is not null))
        {
            task[name] = value;
        }

        var settings = Methods.Find(Options).Write(Options);
        foreach (string later in Later.Where(name => settings[name] is null))
        {
            settings.Remove(later);
        }

        return new()
        {
            ["version"] = Version,
            ["task"] = task,
            ["method"] = Method,
            ["settings"] = settings,
            ["oracle"] = Oracle
        };
    }

    /// <summary>The key of a stored line.</summary>
    /// <exception cref="JsonException">A part of the key is missing.</exception>
    public static string KeyOf(JsonObject line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new JsonObject([.. KeyParts.Select(name =>
            KeyValuePair.Create(name, (line[name] ?? throw new JsonException($"no \"{name}\"")).DeepClone()))!]).ToJsonString();
    }
}
