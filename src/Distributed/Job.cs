using System.Net.Sockets;
using System.Text;

namespace LisNative.Distributed;

/// <summary>
/// Whether what an environment tells of is there: the program that brings its processes together, and those processes.
/// An MPI library would write into whatever has the place of the first, and wait for the others without end.
/// </summary>
internal static class Job
{
    private const string Descriptor = "PMI_FD";

    /// <summary>Where a PMIx server listens, under the names of its versions: 1422786560.0;tcp4://127.0.0.1:40241.</summary>
    private static readonly string[] Servers =
        ["PMIX_SERVER_URI41", "PMIX_SERVER_URI4", "PMIX_SERVER_URI3", "PMIX_SERVER_URI21", "PMIX_SERVER_URI2"];

    /// <summary>
    /// Refuses an environment whose way to the launcher leads nowhere, as in a child that inherits variables and no open sockets.
    /// </summary>
    /// <exception cref="InputException">It does.</exception>
    internal static void Check(Func<string, string?> environment)
    {
        string? closed = environment(Descriptor) is { } number && !IsSocket(number) ? Descriptor
            : Array.Find(Servers, name => environment(name) is { } place && IsRefused(place));
        if (closed is not null)
        {
            throw new InputException(
                "MPI", $"expected the socket of mpirun or srun that {closed}={environment(closed)} names, found none; a child process may "
                + "not have inherited it");
        }
    }

    /// <summary>
    /// The first of the ranks on one machine of which no process is there that may still join. Null where there is none, and where that
    /// cannot be seen. Processes of any other job of as many ranks count, too, so that none is missed.
    /// </summary>
    internal static int? FirstGone(Launch launch)
    {
        if (!OperatingSystem.IsLinux() || launch.LocalSize != launch.Size)
        {
            return null;
        }

        var there = new HashSet<int> { launch.Rank };
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(p[^1])))
        {
            if (Parse(process) is { } other && other.Size == launch.Size)
            {
                there.Add(other.Rank);
                if (process == "/proc/1")
                {
                    // A container of its own, from which the others are not seen.
                    return null;
                }
            }
        }

        return Enumerable.Range(0, launch.Size).Cast<int?>().FirstOrDefault(rank => !there.Contains(rank!.Value));
    }

    private static Launch? Parse(string process)
    {
        try
        {
            var variables = Encoding.UTF8.GetString(File.ReadAllBytes($"{process}/environ")).Split('\0').Select(v => v.Split('=', 2))
                .ToLookup(v => v[0], v => v[^1]);
            return Launch.Parse(name => variables[name].FirstOrDefault());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InputException)
        {
            // It has ended, or is somebody else's.
            return null;
        }
    }

    private static bool IsSocket(string number) =>
        !OperatingSystem.IsLinux() || new FileInfo($"/proc/self/fd/{number}").LinkTarget?.StartsWith(
            "socket:", StringComparison.Ordinal) == true;

    private static bool IsRefused(string place)
    {
        if (!Uri.TryCreate(place[(place.IndexOf(';', StringComparison.Ordinal) + 1)..], UriKind.Absolute, out var server)
            || server.Port < 0)
        {
            return false;
        }

        try
        {
            using var client = new TcpClient(server.Host.Trim('[', ']'), server.Port);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
