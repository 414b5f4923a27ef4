using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace LisNative.Gpu;

/// <summary>A device that was found, usable or not.</summary>
public sealed class GpuDevice
{
    /// <summary>
    /// With this environment variable at 1, OpenCL drivers that do not report a generic address space are tried all the same; some have one
    /// (PoCL before 4).
    /// </summary>
    public const string AnyOpenCL = "LISNATIVE_OPENCL_ANY";

    internal GpuDevice(string name, ILGPU.Runtime.Device hardware)
    {
        Name = name;
        Hardware = hardware;
        (Driver, Refusal) = hardware switch
        {
            CudaDevice cuda => ($"CUDA {cuda.DriverVersion}, SM {Version(cuda.Architecture)}", Refuse(cuda)),
            CLDevice openCL => ($"{openCL.PlatformName}, {openCL.CVersion}", Refuse(openCL)),
            _ => ("ILGPU's simulator", null),
        };
    }

    /// <summary>What a user names it by: cuda:0, opencl:0, simulator:0.</summary>
    public string Name { get; }

    /// <summary>The maker's name for it.</summary>
    public string Model => Hardware.Name;

    /// <summary>Driver and its version.</summary>
    public string Driver { get; }

    /// <summary>Bytes of memory.</summary>
    public long Memory => Hardware.MemorySize;

    /// <summary>Multiprocessors, or compute units.</summary>
    public int Multiprocessors => Hardware.NumMultiprocessors;

    /// <summary>The most threads in a group.</summary>
    public int GroupSize => Hardware.MaxNumThreadsPerGroup;

    /// <summary>Bytes of memory that a group shares.</summary>
    public long SharedMemory => Hardware.MaxSharedMemoryPerGroup;

    /// <summary>Why it cannot be used; null if it can.</summary>
    public string? Refusal { get; }

    internal ILGPU.Runtime.Device Hardware { get; }

    /// <summary>Whether it is what a user means by a GPU: not a simulator, not the processor under an OpenCL driver.</summary>
    internal bool IsGpu => Hardware is CudaDevice
        || (Hardware is CLDevice openCL && openCL.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU));

    private static string? Refuse(CudaDevice device) =>
        device.Architecture is not { } architecture ? "its compute capability is unknown to ILGPU"
        : architecture < CudaArchitecture.SM_50 ? $"SM {Version(architecture)} is older than 5.0"
        : device.InstructionSet is not { } set || !PTXCodeGenerator.SupportedInstructionSets.Contains(set)
            ? $"SM {Version(architecture)} with driver {device.DriverVersion} is newer than ILGPU, or the driver too old for it"
        : TooSmall(device);

    private static string Version(CudaArchitecture? architecture) => $"{architecture?.Major}.{architecture?.Minor}";

    private static string? Refuse(CLDevice device) =>
        device.CLStdVersion < CLBackend.MinimumVersion ? $"its OpenCL C {device.CLStdVersion} is older than {CLBackend.MinimumVersion}"
        : !device.Capabilities.GenericAddressSpace && Environment.GetEnvironmentVariable(AnyOpenCL) != "1"
            ? $"its driver reports no generic address space ({AnyOpenCL}=1 tries it all the same)"
        : !device.Capabilities.Float64 ? "it has no double precision, in which the settings of formulas are passed"
        : TooSmall(device);

    private static string? TooSmall(ILGPU.Runtime.Device device) =>
        device.MaxNumThreadsPerGroup < GpuBackend.GroupSize
            ? $"its groups hold {device.MaxNumThreadsPerGroup} threads, and {GpuBackend.GroupSize} are needed" : null;
}
