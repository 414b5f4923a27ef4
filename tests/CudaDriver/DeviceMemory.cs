using System.Runtime.InteropServices;

namespace LisNative.CudaDriver;

/// <summary>
/// The memory of the device. Its addresses are no addresses of the host, no two allocations touch, and new memory holds NaNs: whoever reads
/// beside, after or before what was written fails.
/// </summary>
internal static unsafe class DeviceMemory
{
    private const ulong First = 1ul << 60;

    private static readonly SortedList<ulong, Allocation> Allocations = [];
    private static ulong next = First;
    private static long taken;

    internal static bool IsDevice(ulong address) => address >= First;

    internal static ulong Allocate(long bytes)
    {
        if (bytes <= 0)
        {
            throw new CudaException(CudaException.InvalidValue, $"{bytes} bytes wanted");
        }

        if (bytes > Settings.Memory - taken)
        {
            throw new CudaException(CudaException.OutOfMemory, $"{bytes} bytes wanted, {Settings.Memory - taken} free");
        }

        byte* host = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 256);
        new Span<int>(host, (int)(bytes / sizeof(int))).Fill(-1);
        ulong address = next;
        next += ((ulong)bytes + 0x1fff) & ~0xffful;
        Allocations.Add(address, new(address, host, bytes));
        taken += bytes;
        return address;
    }

    internal static void Free(ulong address)
    {
        if (!Allocations.Remove(address, out var allocation))
        {
            throw new CudaException(CudaException.InvalidValue, $"{address:x} is freed, but was not allocated or is freed already");
        }

        taken -= allocation.Bytes;
        NativeMemory.AlignedFree(allocation.Host);
    }

    /// <summary>Where the host has so many bytes.</summary>
    /// <param name="address">On the device.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="last">What the caller found last, tried first.</param>
    internal static byte* Find(ulong address, long size, ref Allocation? last)
    {
        if (last is null || !last.Holds(address, size))
        {
            last = Search(address);
            if (last is null || !last.Holds(address, size))
            {
                throw new CudaException(CudaException.IllegalAddress,
                    $"{size} bytes at {address:x} are in no "
                    + $"allocation{(last is null ? "" : $"; the one before begins at {last.Address:x} and has {last.Bytes}")}");
            }
        }

        return last.Host + (address - last.Address);
    }

    private static Allocation? Search(ulong address)
    {
        var keys = Allocations.Keys;
        int low = 0, high = keys.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = keys[middle] <= address ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : Allocations.Values[low - 1];
    }

    internal sealed class Allocation(ulong address, byte* host, long bytes)
    {
        internal readonly ulong Address = address;
        internal readonly byte* Host = host;
        internal readonly long Bytes = bytes;

        internal bool Holds(ulong at, long size) => at >= Address && at + (ulong)size <= Address + (ulong)Bytes;
    }
}
