using System.Text.Json;
using System.Text.Json.Nodes;
using LisNative.Training;

namespace LisNative.Cli;

/// <summary>Settings as JSON, in camel case.</summary>
internal static class Settings
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static JsonNode? Json(LisOptions options) => JsonSerializer.SerializeToNode(options, Options);
}
