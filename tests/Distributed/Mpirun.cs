using System.Diagnostics;
using LisNative.Tests.Data;

namespace LisNative.Tests.Distributed;

/// <summary>The tool under an MPI's mpirun, two ranks on this machine.</summary>
internal sealed class Mpirun
{
    /// <summary>What a job must have ended within once a rank is dead.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> Environment = new()
    {
        // Containers have one user, root, and let no process read another's memory; a machine may have fewer cores than ranks.
        ["OMPI_ALLOW_RUN_AS_ROOT"] = "1",
        ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
        ["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none",
        ["OMPI_MCA_rmaps_base_oversubscribe"] = "1",
        ["LISNATIVE_THREADS"] = "1",
    };

    private readonly string program;
    private readonly TemporaryFolder folder;

    /// <summary>Of an implementation, in a folder; skips the test where it is not installed.</summary>
    /// <param name="implementation">Its name.</param>
    /// <param name="folder">Where it runs.</param>
    internal Mpirun(string implementation, TemporaryFolder folder)
    {
        program = $"mpirun.{implementation}";
        bool isThere = System.Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(p => File.Exists(Path.Combine(p, program)));
        Requirement.SkipUnless(isThere, "mpi", $"{program} is not installed");
        this.folder = folder;
    }

    /// <summary>Runs the tool to its end with --ranks; $RANK in arguments is the rank's number.</summary>
    internal (int Code, string Output, string Error) Run(params IEnumerable<string> arguments) => RunEach([.. arguments, "--ranks"]);

    /// <summary>Runs the tool to its end; $RANK in arguments is the rank's number.</summary>
    internal (int Code, string Output, string Error) RunEach(params IEnumerable<string> arguments)
    {
        var (code, output, error) = Child.Run(folder.Path, program, ["-n", "2", .. Ranked(arguments)], environment: Environment);
        return (code, output.Replace("\r", "", StringComparison.Ordinal), error.Replace("\r", "", StringComparison.Ordinal));
    }

    /// <summary>
    /// Starts the tool with --ranks; the process of each rank is then in the files pid0 and pid1, whole once their line ends. The shell
    /// starts no program before the tool, whose children are its workers.
    /// </summary>
    internal Process Start(IEnumerable<string> arguments) =>
        Child.Start(folder.Path, program, ["-n", "2", .. Ranked([.. arguments, "--ranks"])], Environment);

    private static string[] Ranked(IEnumerable<string> arguments) =>
        ["sh", "-c", "RANK=${OMPI_COMM_WORLD_RANK:-$PMI_RANK}; echo $$ > pid$RANK; exec dotnet "
            + string.Join(' ', arguments.Select(a => $"\"{a}\"").Prepend(Child.Tool))];
}
