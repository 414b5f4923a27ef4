using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using LisNative.Gpu;

namespace LisNative.Tests.Gpu;

/// <summary>What NVIDIA's assembler says of a kernel; no GPU needed.</summary>
/// <param name="Registers">A thread's registers.</param>
/// <param name="Shared">Bytes of shared memory of a group.</param>
/// <param name="Local">Bytes of stack and spills: local memory, which no kernel may use.</param>
/// <param name="Loop">How often each machine instruction stands in the loop with the most multiply-adds; empty without one.</param>
internal sealed record Assembled(int Registers, int Shared, int Local, IReadOnlyDictionary<string, int> Loop);

/// <summary>Kernels → PTX (ILGPU) → machine code (ptxas) → its instructions (cuobjdump).</summary>
internal static partial class Ptxas
{
    /// <summary>The folder of ptxas and cuobjdump, from LISNATIVE_PTXAS (eng/ptxas.sh prints it).</summary>
    private static readonly string? Folder = Environment.GetEnvironmentVariable("LISNATIVE_PTXAS");

    internal static bool IsThere => File.Exists(Path.Combine(Folder ?? "", "ptxas"));

    internal static string Version => VersionLine().Match(Run("ptxas", "--version").Output).Value;

    /// <summary>The kernel's PTX for a compute capability.</summary>
    internal static string Ptx(Context context, Type kernel, int threads, CudaArchitecture architecture)
    {
        using var backend = new PTXBackend(context, architecture, CudaInstructionSet.ISA_80, null!);
        var entry = typeof(KernelEntry)
            .GetMethod(nameof(KernelEntry.Run), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(kernel);
        var limits = (KernelSpecialization)typeof(Launcher)
            .GetMethod(nameof(Launcher.Limits), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(kernel)
            .Invoke(null, [threads])!;
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(entry), limits)).PTXAssembly;
    }

    /// <summary>A context with the intrinsics that kernels use.</summary>
    internal static Context Context()
    {
        var context = ILGPU.Context.Create(b => b.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive).CPU());
        Intrinsics.Register(context);
        return context;
    }

    /// <summary>Assembles; with <paramref name="disassemble"/>, looks into the inner loop.</summary>
    internal static Assembled Assemble(string ptx, string target, bool disassemble)
    {
        string source = Path.GetTempFileName(), code = source + ".cubin";
        try
        {
            File.WriteAllText(source, ptx);
            var (status, output) = Run("ptxas", "-v", "-arch", target, source, "-o", code);
            Assert.True(status == 0, $"{target}: {output}");
            int Find(string pattern) => Regex.Match(output, pattern) is { Success: true } m ? int.Parse(m.Groups[1].Value) : 0;
            int local = Find(@"(\d+) bytes stack frame") + Find(@"(\d+) bytes spill stores") + Find(@"(\d+) bytes spill loads");
            return new(Find(@"Used (\d+) registers"), Find(@"(\d+) bytes smem"), local, disassemble
                ? InnerLoop(Run("cuobjdump", "--dump-sass", code).Output) : new Dictionary<string, int>());
        }
        finally
        {
            File.Delete(source);
            File.Delete(code);
        }
    }

    /// <summary>
    /// Counts instructions between a backward branch and its target: of the shortest loop among those with the most multiply-adds.
    /// </summary>
    private static Dictionary<string, int> InnerLoop(string sass)
    {
        var code = Instruction().Matches(sass).Select(m => (At: Convert.ToInt32(m.Groups[1].Value, 16), Text: m.Groups[2].Value)).ToList();
        return (
            from branch in code
            let target = BackwardBranch().Match(branch.Text)
            where target.Success && Convert.ToInt32(target.Groups[1].Value, 16) <= branch.At
            let body = code.Where(i => i.At >= Convert.ToInt32(target.Groups[1].Value, 16) && i.At <= branch.At)
                .Select(i => i.Text.Split(' ')[0]).ToList()
            orderby body.Count(i => i.StartsWith("HMMA", StringComparison.Ordinal)) descending,
                body.Count(i => i.StartsWith("FFMA", StringComparison.Ordinal)) descending, body.Count
            select body.CountBy(i => i).ToDictionary()).FirstOrDefault() ?? [];
    }

    private static (int Status, string Output) Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Path.Combine(Folder!, tool), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    [GeneratedRegex(@"/\*([0-9a-f]{4,})\*/\s+(?:@!?U?P\w+\s+)?(.*?);")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^BRA.* 0x([0-9a-f]+)")]
    private static partial Regex BackwardBranch();

    [GeneratedRegex(@"release [\d.]+")]
    private static partial Regex VersionLine();
}
