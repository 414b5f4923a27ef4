using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace LisNative;

/// <summary>A way to find anomalies: its name, what it is, and the kind of its settings.</summary>
public sealed class Method
{
    internal Method(string name, string summary, bool usesNegatives, DetectorOptions defaults) =>
        (Name, Summary, UsesNegatives, Defaults) = (name, summary, usesNegatives, defaults);

    /// <summary>As the tool takes it, for example <c>isolation-forest</c>.</summary>
    public string Name { get; }

    /// <summary>One line.</summary>
    public string Summary { get; }

    /// <summary>Whether it learns from negatives.</summary>
    public bool UsesNegatives { get; }

    /// <summary>Its settings as they are when nothing is said.</summary>
    public DetectorOptions Defaults { get; }

    /// <summary>
    /// Of its settings; made when it is first asked for, since those of all methods would take 15 ms of the time to a first score.
    /// </summary>
    private JsonTypeInfo Json => MethodJson.Default.GetTypeInfo(Defaults.GetType())
        ?? throw new InvalidOperationException($"Method: MethodJson does not list {Defaults.GetType().Name}");

    /// <summary>Settings from JSON; what is not given keeps its default.</summary>
    /// <exception cref="InputException">A setting is unknown or of another kind.</exception>
    public DetectorOptions Read(JsonElement settings)
    {
        var json = Json;
        foreach (var setting in settings.EnumerateObject())
        {
            var known = json.Properties.FirstOrDefault(p => p.Name == setting.Name)
                ?? throw new InputException(Name,
                    $"expected one of the settings {string.Join(", ", json.Properties.Select(p => p.Name))}, found {setting.Name}");
            try
            {
                setting.Value.Deserialize(MethodJson.Default.GetTypeInfo(known.PropertyType)!);
            }
            catch (JsonException e)
            {
                throw new InputException(setting.Name, $"expected {Kind(known.PropertyType)}, found {setting.Value.GetRawText()}", e);
            }

        }

        // A model's file has them all, and needs no defaults written first.
        bool complete = json.Properties.All(p => settings.TryGetProperty(p.Name, out _));
        return ((DetectorOptions)(complete ? settings.Deserialize(json) : Completed(settings).Deserialize(json))!).For(Name);
    }

    private JsonObject Completed(JsonElement settings)
    {
        var all = Write(Defaults);
        foreach (var setting in settings.EnumerateObject())
        {
            all[setting.Name] = JsonNode.Parse(setting.Value.GetRawText());
        }

        return all;
    }

    /// <summary>Settings as JSON, in camel case; null for what is chosen from the data.</summary>
    public JsonObject Write(DetectorOptions settings) => JsonSerializer.SerializeToNode(settings, Json)!.AsObject();

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(bool) => "true or false",
        var t when t == typeof(double) => "a number",
        _ => "a whole number",
    };
}
