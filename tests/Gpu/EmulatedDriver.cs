using LisNative.Tests.Data;
using LisNative.Tests.Packages;

namespace LisNative.Tests.Gpu;

/// <summary>
/// A CUDA driver without a GPU (tests/CudaDriver): the tool, run with it, finds a device cuda:0 whose kernels are executed from their PTX,
/// instruction by instruction.
/// </summary>
public sealed class EmulatedDriver : IDisposable
{
    /// <summary>NativeAOT's link command takes no space.</summary>
    private readonly TemporaryFolder driver = new(plain: true);

    public EmulatedDriver()
    {
        if (Requirement.HasLinker)
        {
            Feed.Dotnet(Repository.Root, "publish", "tests/CudaDriver", "-c", "Release", "-r", "linux-x64", "-o", driver.Path);
        }
    }

    public void Dispose() => driver.Dispose();

    /// <summary>Runs the tool.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="settings">Of the device, see Settings of the driver: SM=75 and so on.</param>
    /// <param name="arguments">What the tool is to do.</param>
    internal (int Code, string Output, string Error) Run(TemporaryFolder folder, string settings, params string[] arguments)
    {
        var environment = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('='))
            .ToDictionary(s => $"EMULATED_CUDA_{s[0]}", s => s[1]);
        environment["LD_LIBRARY_PATH"] = driver.Path;
        return folder.Run(arguments, environment: environment);
    }
}
