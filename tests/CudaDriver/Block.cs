using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LisNative.CudaDriver;

/// <summary>A piece of memory that is not global: its addresses begin at 0.</summary>
internal sealed unsafe class Block(int length)
{
    private readonly byte[] bytes = GC.AllocateArray<byte>(length, pinned: true);

    internal Span<byte> Span => bytes;

    /// <summary>So many bytes from an address on.</summary>
    internal byte* At(ulong address, int size, Instruction instruction) =>
        address + (ulong)size <= (ulong)bytes.Length ? (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes)) + address
        : throw new CudaException(CudaException.IllegalAddress, $"{size} bytes at {address} of {bytes.Length} in «{instruction.Text}»");
}
