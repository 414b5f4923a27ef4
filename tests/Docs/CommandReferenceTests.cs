using System.CommandLine.Help;
using System.Text;
using LisNative.Cli;

namespace LisNative.Tests.Docs;

/// <summary>docs/reference/commands.md is what each verb says of itself; with LISNATIVE_WRITE_DOCS=1 it is written anew.</summary>
public class CommandReferenceTests
{
    [Fact]
    public void The_reference_of_commands_is_what_the_tool_says_of_itself()
    {
        string file = Repository.PathOf("docs/reference/commands.md"), said = Reference();
        if (Environment.GetEnvironmentVariable("LISNATIVE_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, said);
        }

        Assert.Equal(File.ReadAllText(file), said);
    }

    private static string Reference()
    {
        var text = new StringBuilder("# Commands\n\nWhat each verb of the tool says of itself; a test holds it to that.\n");
        var root = Program.Root();
        ((HelpAction)root.Options.OfType<HelpOption>().Single().Action!).MaxWidth = int.MaxValue;
        foreach (string[] verb in root.Subcommands.SelectMany(
            v => (string[][])[[v.Name], .. v.Subcommands.Select(part => new[] { v.Name, part.Name })]))
        {
            using var help = new StringWriter();
            root.Parse([.. verb, "--help"]).Invoke(new() { Output = help });

            // The program's own name is that of whatever runs the test.
            string usage = help.ToString().Replace(root.Name, "lisnative", StringComparison.Ordinal);
            text.Append(
                $"\n## lisnative {string.Join(' ', verb)}\n\n```text\n"
                + $"{string.Join('\n', usage.Trim().Split('\n').Select(l => l.TrimEnd()))}\n```\n");
        }

        return text.ToString();
    }
}
