using System.Runtime.InteropServices;

namespace LisNative.Memory;

/// <summary>
/// The host's memory. Large pieces begin at a page of 2 MiB and ask Linux for such, as numpy's arrays do: where pages of 4 KiB lie is
/// chance, some compete for the same places in the caches, and long sweeps wait for addresses to be translated
/// (docs/evidence/performance.md).
/// </summary>
internal static unsafe partial class HostMemory
{
    private const int CacheLine = 64, HugePage = 2 << 20, AdviseHugePages = 14;     // MADV_HUGEPAGE

    /// <summary>So many bytes of unspecified content, for <see cref="Free"/>.</summary>
    internal static void* Allocate(long bytes)
    {
        if (bytes < HugePage || !OperatingSystem.IsLinux())
        {
            return NativeMemory.AlignedAlloc((nuint)bytes, CacheLine);
        }

        void* address = NativeMemory.AlignedAlloc((nuint)bytes, HugePage);
        _ = madvise(address, (nuint)bytes, AdviseHugePages);    // a system without them refuses, which changes nothing
        return address;
    }

    internal static void Free(void* address) => NativeMemory.AlignedFree(address);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int madvise(void* address, nuint bytes, int advice);
}
