using System.Runtime.InteropServices;
using System.Text;

namespace LisNative.Distributed;

/// <summary>The functions of the MPI library that is installed; as in mpi.h, but that handles are nint in both families.</summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int ErrorLength = 8192;

    private static readonly string[] OpenMpi = ["libmpi.so.40", "libmpi.40.dylib", "libmpi.so"],
        Mpich = ["libmpich.so.12", "libmpi.so.12", "libmpi.12.dylib", "libmpich.so"];

    private readonly delegate* unmanaged<int, byte*, int*, int> errorString;

    private MpiLibrary(nint library)
    {
        nint Find(string name) => NativeLibrary.GetExport(library, name);
        Abi = Abi.Detect(name => NativeLibrary.TryGetExport(library, name, out nint address) ? address : null);
        InitThread = (delegate* unmanaged<nint, nint, int, int*, int>)Find("MPI_Init_thread");
        Finish = (delegate* unmanaged<int>)Find("MPI_Finalize");
        CommSetErrhandler = (delegate* unmanaged<nint, nint, int>)Find("MPI_Comm_set_errhandler");
        CommDup = (delegate* unmanaged<nint, nint*, int>)Find("MPI_Comm_dup");
        CommRank = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Find("MPI_Comm_size");
        Iallreduce = (delegate* unmanaged<nint, nint, int, nint, nint, nint, nint*, int>)Find("MPI_Iallreduce");
        Ibcast = (delegate* unmanaged<nint, int, nint, int, nint, nint*, int>)Find("MPI_Ibcast");
        Isend = (delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int>)Find("MPI_Isend");
        Irecv = (delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int>)Find("MPI_Irecv");
        Test = (delegate* unmanaged<nint*, int*, nint, int>)Find("MPI_Test");
        Abort = (delegate* unmanaged<nint, int, int>)Find("MPI_Abort");
        errorString = (delegate* unmanaged<int, byte*, int*, int>)Find("MPI_Error_string");
    }

    internal Abi Abi { get; }

    /// <summary>(argc, argv, required, provided)</summary>
    internal delegate* unmanaged<nint, nint, int, int*, int> InitThread { get; }

    internal delegate* unmanaged<int> Finish { get; }

    /// <summary>(comm, handler)</summary>
    internal delegate* unmanaged<nint, nint, int> CommSetErrhandler { get; }

    /// <summary>(comm, new)</summary>
    internal delegate* unmanaged<nint, nint*, int> CommDup { get; }

    internal delegate* unmanaged<nint, int*, int> CommRank { get; }

    internal delegate* unmanaged<nint, int*, int> CommSize { get; }

    /// <summary>(send, receive, count, type, operation, comm, request)</summary>
    internal delegate* unmanaged<nint, nint, int, nint, nint, nint, nint*, int> Iallreduce { get; }

    /// <summary>(buffer, count, type, root, comm, request)</summary>
    internal delegate* unmanaged<nint, int, nint, int, nint, nint*, int> Ibcast { get; }

    /// <summary>(buffer, count, type, to, tag, comm, request)</summary>
    internal delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int> Isend { get; }

    /// <summary>(buffer, count, type, from, tag, comm, request)</summary>
    internal delegate* unmanaged<nint, int, nint, int, int, nint, nint*, int> Irecv { get; }

    /// <summary>(request, flag, status)</summary>
    internal delegate* unmanaged<nint*, int*, nint, int> Test { get; }

    /// <summary>(comm, code)</summary>
    internal delegate* unmanaged<nint, int, int> Abort { get; }

    /// <summary>Whether there is one to load.</summary>
    internal static bool IsInstalled(Launch launch) => Find(Names(launch)) is not null;

    /// <summary>The library of the family that started this process, or of the other one.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static MpiLibrary Load(Launch launch) => Load(launch, Names(launch));

    /// <summary>The first that is there.</summary>
    internal static MpiLibrary Load(Launch launch, string[] names)
    {
        if (Find(names) is { } library)
        {
            KeepSignals();
            KeepMemory();
            return new(library);
        }

        throw new InputException("MPI",
            $"this is one of {launch.Size} processes that were started together, and there is no MPI library to join them: expected "
            + $"{string.Join(" or ", names)} (packages openmpi-bin, mpich), found none");
    }

    private static string[] Names(Launch launch) => launch.IsOpenMpi ? [.. OpenMpi, .. Mpich] : [.. Mpich, .. OpenMpi];

    private static nint? Find(string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        return null;
    }

    /// <summary>Passes over success.</summary>
    /// <exception cref="InputException">It was none; in the library's words.</exception>
    internal void Check(int code)
    {
        if (code != 0)
        {
            byte* text = stackalloc byte[ErrorLength];
            int length = 0;
            errorString(code, text, &length);
            throw new InputException("MPI", Encoding.UTF8.GetString(text, length));
        }
    }

    /// <summary>
    /// Open MPI would take SIGSEGV for itself, by which .NET finds null references. It reads the C environment, which .NET's own copy does
    /// not reach.
    /// </summary>
    private static void KeepSignals() => _ = setenv("OMPI_MCA_opal_signal", "", 0);

    /// <summary>
    /// Each sum takes memory as large as it is and frees it. By default glibc hands that back to the kernel, which clears every page of it
    /// anew at the next: a twentieth of a step of 4.5 M weights (docs/guide/cluster.md).
    /// </summary>
    private static void KeepMemory()
    {
        const int TrimThreshold = -1, MaxMappings = -4;     // M_TRIM_THRESHOLD, M_MMAP_MAX
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out nint address))
        {
            var mallopt = (delegate* unmanaged<int, int, int>)address;
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(MaxMappings, 0);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int setenv(string name, string value, int overwrite);
}
