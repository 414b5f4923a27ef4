using System.Text.Json;
using System.Text.Json.Nodes;

namespace LisNative.Experiments;

/// <summary>
/// Settings per data set, from one readable file: under the data set's name those of each method by its name, and under «*» those of every
/// method that has them; what stands under «*» in place of a data set holds for all. What is not there keeps the method's default; «quick»
/// overrides all for a look within minutes.
/// </summary>
public sealed class Settings
{
    private const string Every = "*";

    /// <summary>The part of the file that overrides all others for a look.</summary>
    internal const string Quick = "quick";

    private readonly JsonObject file;
    private readonly string source;

    private Settings(JsonObject file, string source) => (this.file, this.source) = (file, source);

    /// <summary>Those that the results in docs were made with.</summary>
    public static Settings Own => new(JsonNode.Parse(Resource.Text("settings.json"))!.AsObject(), "settings.json");

    /// <summary>A user's file of the same form.</summary>
    /// <exception cref="InputException">It cannot be read or is not of that form.</exception>
    public static Settings Read(string path)
    {
        try
        {
            return new(JsonNode.Parse(File.ReadAllText(path))?.AsObject() ?? throw new JsonException("null"), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new InputException(path, $"expected a JSON object of settings per data set ({e.Message})", e);
        }
    }

    /// <summary>A method's settings on a data set.</summary>
    /// <param name="method">The method.</param>
    /// <param name="dataset">The data set's name in the file.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="quick">Whether to train only as long as a look needs.</param>
    /// <param name="change">Settings over those of the file.</param>
    /// <exception cref="InputException">The file names a setting that the method does not have.</exception>
    public DetectorOptions Get(Method method, string dataset, ulong seed, bool quick,
        params ReadOnlySpan<(string Name, double Value)> change)
    {
        ArgumentNullException.ThrowIfNull(method);
        var settings = Given(method, quick ? [dataset, Quick] : [dataset]);
        foreach (var (name, value) in change)
        {
            settings[name] = value;
        }

        settings["seed"] = seed;
        return method.Read(JsonSerializer.SerializeToElement(settings));
    }

    /// <summary>What the file gives a method under some names, the later ones over the earlier, and over what holds for all.</summary>
    public JsonObject Given(Method method, params ReadOnlySpan<string> names) => Parts(method, [Every, .. names]);

    /// <summary>The same without what holds for all.</summary>
    internal JsonObject Parts(Method method, params ReadOnlySpan<string> names)
    {
        var settings = new JsonObject();
        foreach (string name in names)
        {
            Merge(settings, method, name, Every);
            Merge(settings, method, name, method.Name);
        }

        return settings;
    }

    private void Merge(JsonObject settings, Method method, string part, string name)
    {
        if (file[part] is not null and not JsonObject || file[part]?[name] is not null and not JsonObject)
        {
            throw new InputException(source, $"expected an object of settings under \"{part}\", \"{name}\"");
        }

        foreach (var (setting, value) in file[part]?[name]?.AsObject() ?? [])
        {
            if (name != Every || method.Write(method.Defaults).ContainsKey(setting))
            {
                settings[setting] = value?.DeepClone();
            }
        }
    }
}
