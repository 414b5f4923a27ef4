using ILGPU;

namespace LisNative.Gpu;

/// <summary>
/// What one thread of a launch does. A kernel is a struct that holds its operands; it is compiled for the device, so it contains no object.
/// </summary>
internal interface IKernel
{
    /// <summary>
    /// Groups that a multiprocessor is to hold at once, for which the assembler limits a thread's registers; none where it may decide.
    /// </summary>
    static virtual int? Resident => null;

    /// <summary>The thread's work; where it stands, Grid and Group tell.</summary>
    void Execute();
}

/// <summary>
/// A kernel that needs few registers and little shared memory. Where it is recorded for one group, it may become a part of the launch
/// before.
/// </summary>
internal interface ISmallKernel : IKernel;

/// <summary>Two launches of one group each as one; what the first wrote the second reads.</summary>
internal readonly struct FusedLaunch<TFirst, TSecond>(TFirst first, TSecond second) : ISmallKernel where TFirst : struct, IKernel
    where TSecond : struct, IKernel
{
    public void Execute()
    {
        first.Execute();
        Group.Barrier();
        second.Execute();
    }
}

/// <summary>The one entry point of all kernels.</summary>
internal static class KernelEntry
{
    internal static void Run<TKernel>(TKernel kernel) where TKernel : struct, IKernel => kernel.Execute();
}
