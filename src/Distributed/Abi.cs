namespace LisNative.Distributed;

/// <summary>
/// The constants of mpi.h, which differ between the two families: Open MPI's handles are addresses of symbols, MPICH's are 32-bit numbers.
/// Handles are passed as nint either way: a callee that takes 32 bits reads the lower half, and writes it on a little-endian machine.
/// </summary>
internal readonly record struct Abi(
    string Name, nint World, nint Float, nint Byte, nint Sum, nint InPlace, nint StatusIgnore, nint ErrorsReturn)
{
    /// <summary>mpi.h of MPICH 3 and 4, and of the libraries that share its interface (Intel MPI, MVAPICH).</summary>
    private static readonly Abi Mpich = new("MPICH", 0x44000000, 0x4c00040a, 0x4c00010d, 0x58000003, -1, 1, 0x54000001);

    /// <summary>The constants of a library, whose kind its symbols tell.</summary>
    internal static Abi Detect(Func<string, nint?> symbol) => symbol("ompi_mpi_comm_world") is { } world
        ? new("Open MPI", world, symbol("ompi_mpi_float")!.Value, symbol("ompi_mpi_byte")!.Value, symbol("ompi_mpi_op_sum")!.Value, 1, 0,
            symbol("ompi_mpi_errors_return")!.Value)
        : Mpich;
}
