using System.Globalization;

namespace LisNative.Distributed;

/// <summary>
/// What the program that started this process, mpirun or a batch system, says in the environment: known before, and without, any MPI
/// library.
/// </summary>
/// <param name="Rank">This process's number, from 0.</param>
/// <param name="Size">How many were started together.</param>
/// <param name="LocalRank">Its number among those on this machine, from 0.</param>
/// <param name="LocalSize">How many of them are on this machine.</param>
/// <param name="IsOpenMpi">Whether Open MPI is what it should join; else MPICH or one of its kin.</param>
internal sealed record Launch(int Rank, int Size, int LocalRank, int LocalSize, bool IsOpenMpi)
{
    private static readonly (string Rank, string Size, string LocalRank, string LocalSize)[] Names =
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"),
        ("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"),
        ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE"),
    ];

    /// <summary>
    /// Of this process; null when no such program started it. To have been started with others is not to work with them: who starts many
    /// processes may have given each its own work.
    /// </summary>
    /// <exception cref="InputException">The environment contradicts itself.</exception>
    public static Launch? Current => Parse(Environment.GetEnvironmentVariable);

    /// <summary>The machine's cores, whatever this process is bound to.</summary>
    private static int Cores()
    {
        const string Online = "/sys/devices/system/cpu/online";     // 0-3,8-11
        return !File.Exists(Online) ? Environment.ProcessorCount
            : File.ReadAllText(Online).Trim().Split(',')
                .Select(range => Array.ConvertAll(range.Split('-'), n => int.Parse(n, CultureInfo.InvariantCulture)))
                .Sum(range => range[^1] - range[0] + 1);
    }

    /// <summary>
    /// What an environment says; null when it does not speak of processes. A script that srun did not start has Slurm's rank and no size of
    /// a step.
    /// </summary>
    internal static Launch? Parse(Func<string, string?> environment)
    {
        foreach (var (i, names) in Names.Index())
        {
            if (environment(names.Rank) is { } rankText && environment(names.Size) is { } sizeText)
            {
                return Number(names.Rank) is >= 0 and var rank && Number(names.Size) is var size && rank < size
                    ? new(rank, size.Value, Math.Max(0, Number(names.LocalRank) ?? 0), Math.Max(1, Number(names.LocalSize) ?? 1),
                        IsOpenMpi: i == 0 || environment("PMIX_RANK") is not null)
                    : throw new InputException("environment",
                        $"expected {names.Rank} from 0 and below {names.Size}, found {rankText} and {sizeText}");
            }
        }

        return null;

        // Slurm's tasks per node read 4(x2): the number comes first.
        int? Number(string name) => int.TryParse(
            environment(name)?.Split('(', ',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    /// <summary>
    /// The threads that this process should compute with, so that those on one machine do not take each other's cores: those it is bound
    /// to, or its share of all.
    /// </summary>
    public int Threads() => Threads(Environment.ProcessorCount, Cores());

    internal int Threads(int allowed, int cores) => Math.Max(1, Math.Min(allowed, Math.Max(allowed, cores) / LocalSize));
}
