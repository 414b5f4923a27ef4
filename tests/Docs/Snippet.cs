using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LisNative.Tests.Docs;

/// <summary>A fenced block of a document.</summary>
/// <param name="Language">csharp or sh, which are run; console and others are shown.</param>
/// <param name="Text">What is inside.</param>
public sealed partial record Snippet(string Language, string Text)
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using "
        + "System.Threading; global using System.Threading.Tasks;";

    /// <summary>But those with a namespace Windows of their own, which would hide LisNative.Data.Windows.</summary>
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is not ("Microsoft.AspNetCore.Server.IIS"
                or "Microsoft.AspNetCore.Server.HttpSys"))
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static Snippet[] Of(string document) =>
        [.. Fence().Matches(Repository.Read(document)).Select(m => new Snippet(m.Groups[1].Value, m.Groups[2].Value))];

    /// <summary>Compiles a program as a new project would, and runs it in a folder; what it printed.</summary>
    public string RunProgram(string folder)
    {
        var compilation = CSharpCompilation.Create(
            "snippet", [CSharpSyntaxTree.ParseText(Text), CSharpSyntaxTree.ParseText(ImplicitUsings)], References,
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        Assert.True(result.Success, $"{string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))}\n{Text}");
        using var output = new StringWriter();
        var (console, before) = (Console.Out, Directory.GetCurrentDirectory());
        Console.SetOut(output);
        Directory.SetCurrentDirectory(folder);
        try
        {
            var main = Assembly.Load(stream.ToArray()).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
            Console.SetOut(console);
        }

        return output.ToString();
    }

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
