using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Xml.Linq;
using LisNative.Data;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Packages;

/// <summary>What a user installs: the packages in a fresh project, as a native program, and the tool.</summary>
[Collection(Child.Tests)]
public sealed class PackageTests(Feed feed)
{
    private const double Mebibyte = 1 << 20;
    private const string Version = "0.1.0";

    private static readonly string[] Native = [".so", ".dylib", ".a", ".o", ".lib", ".exe"];

    [Theory]
    [InlineData("Tensor")]
    [InlineData("Autodiff")]
    [InlineData("Layers")]
    [InlineData("Lis")]
    [InlineData("Gpu")]
    [InlineData("IO")]
    [InlineData("Interop")]
    [InlineData("Distributed")]
    [InlineData("Onnx")]
    [InlineData("Hosting", "Extensions.Hosting", 60)]
    public void A_package_holds_what_it_should(string project, string? called = null, int mostKilobytes = 1000)
    {
        string name = $"LisNative.{called ?? project}";
        Assert.InRange(new FileInfo(Path.Combine(feed.Packages, $"{name}.{Version}.nupkg")).Length / 1000.0, 1, mostKilobytes);
        using var package = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{Version}.nupkg"));
        string[] files = [.. package.Entries.Select(e => e.FullName)];
        Assert.Empty(((string[])[$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md"]).Except(files));
        Assert.DoesNotContain(files, f => Native.Contains(Path.GetExtension(f)));
        Assert.Equal(project is "Tensor" or "Gpu", files.Contains($"buildTransitive/{name}.targets"));
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        var described = XDocument.Load(stream).Descendants().Where(e => !e.HasElements).ToLookup(e => e.Name.LocalName, e => e.Value);
        Assert.Equal(["MIT"], described["license"]);
        Assert.Equal(["README.md"], described["readme"]);
        Assert.NotEmpty(described["description"].Single());

        using var symbols = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{Version}.snupkg"));
        Assert.DoesNotContain(Repository.Root, Text(symbols.Entries.Single(e => e.Name == $"{name}.pdb")), StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Root, Text(package.GetEntry($"lib/net10.0/{name}.dll")!), StringComparison.Ordinal);
        using var sources = File.OpenRead(Repository.PathOf("src", project, "PublicAPI.Unshipped.txt"));
        Assert.True(sources.Length > 100, "the public interface is not written down");
    }

    [Fact]
    public void A_fresh_project_trains_a_model_with_managed_assemblies_of_3_MiB_at_most()
    {
        string folder = feed.Project("fresh", ("fresh.csproj", Project("Lis")), ("Program.cs", Program(0)));
        Feed.Dotnet(folder, "publish", "-c", "Release", "-o", "out");
        Assert.Equal("x86-64-v3", InstructionSet(folder, "linux-x64"));
        Assert.Equal("x86-64-v4", InstructionSet(folder, "linux-x64", "-p:IlcInstructionSet=x86-64-v4"));
        Assert.Equal("", InstructionSet(folder, "linux-arm64"));
        string output = Feed.Dotnet(folder, Path.Combine("out", "fresh.dll"));
        Assert.Matches(@"^score [\d.]+, flagged (True|False)\s*$", output);

        FileInfo[] files = [.. new DirectoryInfo(Path.Combine(folder, "out")).GetFiles("*", SearchOption.AllDirectories)
            .Where(f => !f.Name.StartsWith("fresh", StringComparison.Ordinal))];
        Assert.Contains(files, f => f.Name == "LisNative.Lis.dll");
        Assert.DoesNotContain(files, f => Native.Contains(f.Extension));
        Assert.InRange(files.Where(f => f.Extension == ".dll").Sum(f => f.Length) / Mebibyte, 0.1, 3);
    }

    [Fact]
    public void A_network_of_ones_own_goes_to_ONNX_and_back_without_the_detectors()
    {
        string folder = feed.Project("network", ("network.csproj", Project("Onnx")), ("Program.cs", Program(1)));
        Feed.Dotnet(folder, "publish", "-c", "Release", "-o", "out");
        Assert.Equal("the same", Feed.Dotnet(folder, Path.Combine("out", "network.dll")).Trim());
        string[] files = [.. Directory.GetFiles(Path.Combine(folder, "out"), "*.dll").Select(f => Path.GetFileName(f)!)];
        Assert.Contains("LisNative.Onnx.dll", files);
        Assert.DoesNotContain("LisNative.Lis.dll", files);
    }

    [Fact]
    public void A_native_program_gives_the_same_scores_and_says_when_it_was_compiled_without_vectors()
    {
        Requirement.SkipUnless(Requirement.HasLinker, "linker", "no C linker is here");
        Requirement.SkipUnlessSoak();
        string samples = Repository.PathOf("samples/Native");
        string folder = feed.Project("native",
            [.. new[] { "Native.csproj", "Program.cs" }.Select(f => (f, File.ReadAllText(Path.Combine(samples, f))))]);
        var normal = StrokeDigits.Digits(300, new Philox(1), 8);
        using var detector = new LisOptions { Epochs1 = 1, Epochs2 = 1, Batch = 32, NegativePool = 64 }.FitOn(
            normal, StrokeDigits.RandomStrokes(300, new Philox(2)));
        detector.Save(Path.Combine(folder, "model.lis"));
        File.WriteAllBytes(Path.Combine(folder, "eight.png"),
            PngFile.Of(28, 28, colour: false, (y, x) => (normal.Pixels(0)[(28 * y) + x], 0, 0)));
        float expected = detector.Score(normal.ToFloats().AsSpan(0, 28 * 28));

        var (size, output, error) = Publish(folder, "native-set");
        Assert.InRange(size, 1, 8);
        Assert.Empty(error);
        string[] words = output.Split(' ');
        Assert.Equal("eight.png", words[0]);
        Assert.Equal(expected, float.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), 1e-4f * expected);
        if (Avx2.IsSupported)
        {
            (_, string slow, error) = Publish(folder, "plain", "-p:IlcInstructionSet=x86-64-v2");
            Assert.Equal(words[0], slow.Split(' ')[0]);
            Assert.Contains("IlcInstructionSet", Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_program_in_FSharp_trains()
    {
        string samples = Repository.PathOf("samples/FSharp");
        string folder = feed.Project("fsharp",
            [.. new[] { "FSharp.fsproj", "Program.fs" }.Select(f => (f, File.ReadAllText(Path.Combine(samples, f))))]);
        Assert.Matches(@"^(39\d|400) of 400 right", Feed.Dotnet(folder, "run", "-c", "Release"));
    }

    [Fact]
    public void A_detector_is_a_step_of_an_MLNET_pipeline_and_in_its_file()
    {
        Requirement.SkipUnlessSoak();
        string samples = Repository.PathOf("samples/MlNet");
        string folder = feed.Project("mlnet",
            [.. Directory.GetFiles(samples, "*.cs*").Select(f => (Path.GetFileName(f), File.ReadAllText(f)))]);
        string[] said = Feed.Dotnet(folder, "run", "-c", "Release").Trim().Split('\n');
        Assert.Equal("loaded: the same scores", said[0]);
        Assert.Matches(@"^AUC 0\.9[5-9]\d$", said[1]);
        Assert.Matches("^sound: normal, p-value 0", said[2]);
        Assert.Matches("^worn: anomalous, p-value 0", said[3]);
    }

    [Fact]
    public void The_tool_installs_and_runs()
    {
        string folder = feed.Project("tool");
        Feed.Dotnet(folder, "tool", "install", "lisnative", "--tool-path", "bin", "--version", Version);
        var (code, output, error) = Child.Run(folder, Path.Combine(folder, "bin", "lisnative"), ["methods"]);
        Assert.True(code == 0, error);
        Assert.Contains("linsep-lis-ae", output, StringComparison.Ordinal);
    }

    private static string Text(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open(), System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>Of the packages' own page, one after another.</summary>
    private static string Program(int number) =>
        Repository.Read("docs/package.md").Split("```csharp\n")[number + 1].Split("```")[0];

    private static string Project(string package) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="LisNative.{package}" Version="{Version}" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>What a native program of the project would be compiled for.</summary>
    private static string InstructionSet(string folder, string runtime, params string[] settings) =>
        Feed.Dotnet(folder, ["msbuild", "fresh.csproj", "-getProperty:IlcInstructionSet", "-p:PublishAot=true",
            $"-p:RuntimeIdentifier={runtime}", .. settings]).Trim();

    /// <summary>Size in MiB of the native program, and what it says of the image.</summary>
    private static (double Size, string Output, string Error) Publish(string folder, string name, params string[] settings)
    {
        string built = Feed.Dotnet(folder,
            ["publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", name, .. settings]);
        Assert.DoesNotContain("warning", built, StringComparison.Ordinal);
        string program = Path.Combine(folder, name, "score");
        var (code, output, error) = Child.Run(folder, program, ["model.lis", "eight.png"]);
        Assert.True(code == 0, error);
        return (new FileInfo(program).Length / Mebibyte, output, error);
    }
}
