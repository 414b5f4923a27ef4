using System.Globalization;

namespace LisNative.CudaDriver;

/// <summary>What the device is like, from environment variables.</summary>
internal static class Settings
{
    /// <summary>The version of the interface, 12040 for CUDA 12.4.</summary>
    internal static readonly int Version = Read("EMULATED_CUDA_VERSION", 12040);

    /// <summary>Compute capability, ten times.</summary>
    internal static readonly int Architecture = Read("EMULATED_CUDA_SM", 90);

    /// <summary>Bytes of memory.</summary>
    internal static readonly long Memory = Read("EMULATED_CUDA_MEBIBYTES", 1024) * 1048576L;

    /// <summary>After so many launches the device is lost.</summary>
    internal static readonly int Launches = Read("EMULATED_CUDA_LAUNCHES", int.MaxValue);

    /// <summary>Whether the name of every function that is called is printed to the standard error.</summary>
    internal static readonly bool Traces = Read("EMULATED_CUDA_TRACE", 0) != 0;

    /// <summary>Whether every launch prints what it asks of memory.</summary>
    internal static readonly bool Counts = Read("EMULATED_CUDA_COUNTS", 0) != 0;

    /// <summary>The most groups of a launch that are executed: enough to count, for the results are wrong if there are more.</summary>
    internal static readonly int Groups = Read("EMULATED_CUDA_GROUPS", int.MaxValue);

    private static int Read(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
