using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LisNative.Tests.Architecture;

/// <summary>The arrows between the projects, the sizes of the files, and what the packages may contain.</summary>
public partial class ArchitectureTests
{
    /// <summary>Each project and the projects it may refer to, and the packages.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Tensor"] = [],
        ["Autodiff"] = ["Tensor"],
        ["Interop"] = ["Tensor", "System.Numerics.Tensors"],
        ["IO"] = ["Tensor", "System.IO.Hashing"],
        ["Layers"] = ["Autodiff", "IO"],
        ["Distributed"] = ["IO"],
        ["Lis"] = ["Layers", "Distributed"],
        ["Hosting"] = ["Lis", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions", "Microsoft.Extensions.Hosting.Abstractions",
            "Microsoft.Extensions.Options.ConfigurationExtensions"],
        ["Proof"] = ["Lis"],
        ["Gpu"] = ["Tensor", "ILGPU"],
        ["Exact"] = ["Lis", "MathNet.Numerics"],
        ["Onnx"] = ["Layers", "Google.Protobuf", "OnnxSharp"],
        ["Export"] = ["Lis", "Onnx"],
        ["Experiments"] = ["Lis"],
        ["Cli"] = ["Experiments", "Gpu", "Exact", "Export", "Proof", "OxyPlot.Core", "Spectre.Console", "System.CommandLine"],
    };

    [Fact]
    public void Arrows_point_down()
    {
        foreach (string file in Repository.Files("src", "*.csproj"))
        {
            var project = XDocument.Load(Repository.PathOf(file));
            string[] found = [.. project.Descendants().Where(e => e.Name.LocalName is "ProjectReference" or "PackageReference")
                .Select(e => e.Attribute("Include")!.Value)
                    .Select(i => i.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(i) : i).Order()];
            Assert.Equal(Arrows[Path.GetFileNameWithoutExtension(file)].Order(), found);
        }
    }

    [Fact]
    public void Files_are_one_thing()
    {
        Assert.DoesNotContain(Sources("src"), f => File.ReadLines(f).Count() > 400);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Repository.Files(folder, "*.cs").Where(f => !Generated().IsMatch(f)).Select(f => Repository.PathOf(f));

    /// <summary>But for raw strings, whose lines are those of the text.</summary>
    [Fact]
    public void Lines_fit_a_page()
    {
        const int Columns = 140;
        var found = new List<string>();
        foreach (string file in new[] { "src", "tests", "bench", "samples" }.SelectMany(Sources))
        {
            bool raw = false;
            foreach (var (number, line) in File.ReadLines(file).Index())
            {
                int marks = line.Split("\"\"\"").Length - 1;
                if (line.Length > Columns && !raw && marks == 0)
                {
                    found.Add($"{file}, line {number + 1}: {line.Length} columns");
                }

                raw ^= marks % 2 == 1;
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>But by the tests: ONNX Runtime judges what is exported.</summary>
    [Fact]
    public void No_native_file_is_referenced()
    {
        string[] native = [".so", ".dylib"];
        Assert.DoesNotContain(
            Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories),
            f => native.Contains(Path.GetExtension(f)) && !Path.GetFileName(f).StartsWith("libonnxruntime", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"[/\\](obj|bin)[/\\]")]
    private static partial Regex Generated();
}
