using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace LisNative.Gpu;

/// <summary>
/// Finds the drivers' libraries under the names that a machine without development packages has: ILGPU asks for libOpenCL.so and
/// libcuda.so, and silently lists no device where only libOpenCL.so.1 and libcuda.so.1 exist.
/// </summary>
internal static class DriverLibraries
{
    private static readonly Dictionary<string, string[]> Names = new()
    { ["OpenCL"] = ["libOpenCL.so.1"], ["cuda"] = ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"] };

    /// <summary>The CUDA driver's library, or 0.</summary>
    internal static nint Cuda { get; } = Load(OperatingSystem.IsWindows() ? "nvcuda" : "cuda", typeof(Context).Assembly);

    internal static bool HasOpenCL { get; } = Load("OpenCL", typeof(Context).Assembly) != 0;

    /// <summary>To be called once, before ILGPU looks for devices.</summary>
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, assembly, _) => Load(name, assembly));

    private static nint Load(string name, Assembly assembly)
    {
        if (NativeLibrary.TryLoad(name, assembly, null, out nint handle))
        {
            return handle;
        }

        return Names.TryGetValue(name, out string[]? others) && others.Any(other => NativeLibrary.TryLoad(other, out handle)) ? handle : 0;
    }
}
