using System.CommandLine;
using System.Text.Json.Nodes;

namespace LisNative.Cli.Verbs;

/// <summary>methods: every detector with one line, or the settings of one.</summary>
internal static class MethodsVerb
{
    internal static Command Command()
    {
        var name = new Argument<string?>("NAME") { Description = "A method, to see its settings.", Arity = ArgumentArity.ZeroOrOne };
        var json = Common.Json();
        var command = new Command("methods", "List the methods that train and evaluate take.") { name, json };
        command.SetAction(parsed => Run(parsed.GetValue(name), new Terminal(parsed.GetValue(json))));
        return command;
    }

    private static void Run(string? name, Terminal terminal)
    {
        if (name is null)
        {
            terminal.Result(
                new JsonObject { ["methods"] = new JsonArray([.. Methods.All.Select(Describe)]) },
                [.. Methods.All.Select(m => (m.Name, m.Summary))]);
            return;
        }

        var method = Methods.Get(name);
        terminal.Result(
            Describe(method),
            [("method", method.Summary), ("negatives", method.UsesNegatives ? "learns from them" : "does not look at them"),
            .. method.Write(method.Defaults).Select(s => (s.Key, s.Value?.ToJsonString() ?? "chosen from the data"))]);
    }

    private static JsonObject Describe(Method method) =>
        new JsonObject
        {
            ["name"] = method.Name,
            ["summary"] = method.Summary,
            ["usesNegatives"] = method.UsesNegatives,
            ["settings"] = method.Write(method.Defaults)
        };
}
