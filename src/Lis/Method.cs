using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    /// <summary>Those of the method itself first, then those it shares with others.</summary>
    private PropertyInfo[] Settings =>
        Array.FindAll(Defaults.GetType().GetProperties(), p => p.CanWrite && p.Name != Defaults.InName);

    private static string NameOf(PropertyInfo setting) => JsonNamingPolicy.CamelCase.ConvertName(setting.Name);

    /// <summary>Settings from JSON; what is not given keeps its default.</summary>
    /// <exception cref="InputException">A setting is unknown or of another kind.</exception>
    public DetectorOptions Read(JsonElement settings)
    {
        // By reflection, which the runtime brings compiled: a serialiser would be a quarter of the time to a first score.
        var (options, known) = (Defaults with { }, Settings);
        foreach (var setting in settings.EnumerateObject())
        {
            var property = Array.Find(known, p => setting.NameEquals(NameOf(p)))
                ?? throw new InputException(Name,
                    $"expected one of the settings {string.Join(", ", known.Select(NameOf))}, found {setting.Name}");
            property.SetValue(options, Value(setting, property.PropertyType));
        }

        return options.For(Name);
    }

    /// <summary>Settings as JSON, in camel case; null for what is chosen from the data.</summary>
    public JsonObject Write(DetectorOptions settings)
    {
        var all = new JsonObject();
        foreach (var property in Settings)
        {
            all[NameOf(property)] = property.GetValue(settings) switch
            {
                null => null,
                bool truth => truth,
                int whole => whole,
                ulong whole => whole,
                double number => number,
                var other => throw new NotSupportedException($"Method: no JSON for {property.Name}, a {other.GetType().Name}"),
            };
        }

        return all;
    }

    private static object? Value(JsonProperty setting, Type type)
    {
        var (given, kind) = (setting.Value, Nullable.GetUnderlyingType(type));
        bool isNumber = given.ValueKind == JsonValueKind.Number;
        return (kind ?? type) switch
        {
            _ when kind is not null && given.ValueKind == JsonValueKind.Null => null,
            var t when t == typeof(bool) => given.ValueKind is JsonValueKind.True or JsonValueKind.False ? given.GetBoolean()
                : throw Wrong("true or false"),
            var t when t == typeof(double) => isNumber ? given.GetDouble() : throw Wrong("a number"),
            var t when t == typeof(int) => isNumber && given.TryGetInt32(out int whole) ? whole : throw Wrong("a whole number"),
            _ => isNumber && given.TryGetUInt64(out ulong whole) ? whole : throw Wrong("a whole number"),
        };

        InputException Wrong(string expected) => new(setting.Name, $"expected {expected}, found {given.GetRawText()}");
    }
}
