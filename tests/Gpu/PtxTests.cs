using System.Globalization;
using System.Text;
using ILGPU.Runtime.Cuda;
using LisNative.Gpu;
using LisNative.Tests.Reliability;

namespace LisNative.Tests.Gpu;

/// <summary>
/// Every kernel as NVIDIA's assembler sees it: it assembles for every supported generation, uses no local memory, and fits its launch.
/// Skipped without ptxas, unless LISNATIVE_REQUIRE names it.
/// </summary>
[Collection(Child.Tests)]
public class PtxTests
{
    private const int RegistersOfAMultiprocessor = 65536;

    private static readonly string TablePath = Repository.PathOf("docs/results/gpu-kernels.md");

    /// <summary>Older generations than the table's, in the long form.</summary>
    [Theory]
    [InlineData("sm_75")]
    [InlineData("sm_80")]
    [InlineData("sm_89")]
    public void Kernels_assemble(string target)
    {
        Assert.SkipUnless(Generations.Contains(target), "eng/soak.sh assembles for it");
        Assert.True(All(target).Count > 50);
    }

    /// <summary>LISNATIVE_UPDATE=1 rewrites the table; the same assembler must otherwise find what it says.</summary>
    [Fact]
    public void Kernels_assemble_as_the_table_says()
    {
        if (Environment.GetEnvironmentVariable("LISNATIVE_UPDATE") != "1")
        {
            Requirement.SkipUnlessSoak();
        }

        var kernels = All("sm_90");
        string table = Table(kernels);
        if (Environment.GetEnvironmentVariable("LISNATIVE_UPDATE") == "1")
        {
            File.WriteAllText(TablePath, table);
        }

        string stored = File.ReadAllText(TablePath);
        bool same = stored.Contains(Ptxas.Version, StringComparison.Ordinal);
        Assert.Equal(same ? table : Names(table), same ? stored : Names(stored));
        foreach (var (name, kernel) in kernels.Where(k => k.Kernel.Loop.ContainsKey("FFMA")))
        {
            // An outer product of matrices needs one word of what it has of each term.
            int loads = Count(kernel, "LDS"), wide = kernel.Loop.GetValueOrDefault("LDS.128");
            Assert.True(wide > 0 && (wide == loads || name.StartsWith("OuterProduct(Matrix", StringComparison.Ordinal)),
                $"{name}: {loads} loads from shared memory, {wide} of them of 16 bytes");
            Assert.True(kernel.Loop["FFMA"] >= 4 * loads, $"{name}: {kernel.Loop["FFMA"]} multiply-adds for {loads} loads");
        }

        Assert.Contains(kernels, k => k.Kernel.Loop.ContainsKey("FFMA"));
        Assert.Contains(kernels, k => Count(k.Kernel, "HMMA") == 8);
    }

    private static string[] Generations => Scale.IsLong ? ["sm_75", "sm_80", "sm_89", "sm_90"] : ["sm_90"];

    /// <summary>
    /// Several at once, but each in one order by one context: what ILGPU makes of a kernel can depend on those before it.
    /// </summary>
    private static readonly Lazy<Dictionary<string,
        List<(string, Assembled)>>> Targets = new(
        () => Generations.AsParallel().Select(target => (target, Assemble(target))).ToDictionary());

    private static List<(string Name, Assembled Kernel)> All(string target)
    {
        Requirement.SkipUnless(Ptxas.IsThere, "ptxas", "ptxas is not here; eng/ptxas.sh fetches it");
        return Targets.Value[target];
    }

    private static List<(string, Assembled)> Assemble(string target)
    {
        var architecture = new CudaArchitecture(target[3] - '0', target[4] - '0');
        using var context = Ptxas.Context();
        var all = new List<(string, Assembled)>();
        foreach (var (type, threads) in KernelList.All.Where(
            k => architecture >= CudaArchitecture.SM_80 || !Launcher.NameOf(k.Key).Contains("TensorCore", StringComparison.Ordinal)))
        {
            string name = Launcher.NameOf(type);
            var kernel = Ptxas.Assemble(Ptxas.Ptx(context, type, threads, architecture), target, disassemble: target == "sm_90"
                && name.Contains("Product", StringComparison.Ordinal));
            Assert.True(kernel.Local == 0, $"{name}: {kernel.Local} bytes of local memory");
            Assert.InRange(kernel.Registers, 1, Math.Min(255, RegistersOfAMultiprocessor / threads));
            all.Add(($"{name} × {threads}", kernel));
        }

        return [.. all.OrderBy(k => k.Item1, StringComparer.Ordinal)];
    }

    private static string Table(List<(string Name, Assembled Kernel)> kernels)
    {
        var text = new StringBuilder($"""
            # GPU kernels as assembled

            Every kernel that the records, large products and a training step of both nets launch, compiled to PTX by ILGPU and assembled for SM 9.0 by ptxas
            {Ptxas.Version}: threads of a group, registers of a thread, bytes of shared memory of a group; none has stack or spills. For products and convolutions
            (`ImplicitIm2Col` are images, `Filters` their weights) the loop over the sum: multiply-adds (an HMMA is 1024 of a warp), loads from shared memory (16 bytes each;
            for tensor cores 4), and all instructions between the loop's ends, branches that a launch never takes included. `eng/soak.sh PtxTests`
            assembles them for SM 7.5, 8.0 and 8.9 as well.

            A recorded training step of batch 128, report and optimiser included, has {string.Join(", ", KernelList.Launches.Select(l => $"{l.Value} launches ({l.Key})"))}; `FusedLaunch` are small kernels recorded in a row, in one.

            ```sh
            LISNATIVE_PTXAS=$(eng/ptxas.sh) LISNATIVE_UPDATE=1 dotnet test -c Release -- --filter-class LisNative.Tests.Gpu.PtxTests
            ```

            | kernel × threads | registers | shared | multiply-adds | loads | ratio | loop |
            |---|---|---|---|---|---|---|

            """);
        foreach (var (name, k) in kernels)
        {
            int multiplies = Count(k, "FFMA") + Count(k, "HMMA"), loads = Count(k, "LDS");
            string loop = multiplies == 0 ? "| | | |"
                : string.Create(CultureInfo.InvariantCulture,
                $"{multiplies} {(Count(k, "HMMA") > 0 ? "HMMA" : "FFMA")} | {loads} | "
                + $"{(loads > 0 ? $"{multiplies / (double)loads:F1}" : "")} | {k.Loop.Values.Sum()} |");
            text.Append($"| {name} | {k.Registers} | {k.Shared} | {loop}\n");
        }

        return text.ToString();
    }

    private static int Count(Assembled kernel, string instruction) =>
        kernel.Loop.Where(i => i.Key.StartsWith(instruction, StringComparison.Ordinal)).Sum(i => i.Value);

    private static string Names(string table) =>
        string.Join('\n', table.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Split('|')[1]));
}
