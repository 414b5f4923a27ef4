namespace LisNative.Gpu;

/// <summary>What one thread of a launch does. A kernel is a struct that holds its operands; it is compiled for the device, so it contains no object.</summary>
internal interface IKernel
{
    /// <summary>The thread's work; where it stands, Grid and Group tell.</summary>
    void Run();
}

/// <summary>The one entry point of all kernels.</summary>
internal static class KernelEntry
{
    internal static void Run<TKernel>(TKernel kernel) where TKernel : struct, IKernel => kernel.Run();
}
