using System.Globalization;
using System.Text.Json.Nodes;

namespace LisNative.Tests.Reliability;

/// <summary>
/// How long a test of endurance runs: short where merges are decided, long by eng/soak.sh, which keeps what each one reached.
/// </summary>
internal static class Scale
{
    private static readonly string? Kept = Environment.GetEnvironmentVariable("LISNATIVE_SOAK");

    internal static bool IsLong => Kept is not null;

    internal static int Of(int shortly, int @long) => IsLong ? @long : shortly;

    /// <summary>A line of what was reached, for docs/evidence/reliability.md; kept by long runs alone.</summary>
    internal static void Reached(string promise, params ReadOnlySpan<(string Name, JsonNode Value)> counts)
    {
        var line = new JsonObject { ["promise"] = promise };
        foreach (var (name, value) in counts)
        {
            line[name] = value;
        }

        line["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine(line.ToJsonString());
        if (Kept is not null)
        {
            lock (Kept)
            {
                File.AppendAllText(Kept, line.ToJsonString() + "\n");
            }
        }
    }
}
