using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace LisNative.Gpu;

/// <summary>The GPUs of this machine, and why those that cannot be used cannot.</summary>
public static class GpuDevices
{
    private static readonly Lazy<(Context Context, IReadOnlyList<GpuDevice> Devices)> Found = new(Find);

    /// <summary>Every device that a driver reports, and ILGPU's simulator.</summary>
    public static IReadOnlyList<GpuDevice> All => Found.Value.Devices;

    /// <summary>What is missing for a whole kind of device, one sentence each; empty when both drivers are there.</summary>
    public static IReadOnlyList<string> Missing { get; } =
    [
        .. DriverLibraries.Cuda != 0 ? Array.Empty<string>() : ["cuda: no driver (libcuda.so.1, nvcuda.dll)"],
        .. DriverLibraries.HasOpenCL ? Array.Empty<string>() : ["opencl: no loader (libOpenCL.so.1, OpenCL.dll)"],
    ];

    /// <summary>The best device: the first usable GPU, CUDA before OpenCL, else the CPU; and why it is that one.</summary>
    /// <param name="number">Among several usable GPUs, which, counted from 0 and round: processes that share a machine give their numbers
    /// there.</param>
    public static (LisNative.Device Device, string Reason) Best(int number = 0)
    {
        GpuDevice[] usable = [.. All.Where(d => d.IsGpu && d.Refusal is null)];
        return usable.Length > 0 && usable[number % usable.Length] is var best
            ? (Open(best.Name),
            $"{best.Name}, {best.Model}: {(number == 0 ? "the first usable GPU"
                : $"of {usable.Length} usable GPUs that of process {number}")}")
            : (LisNative.Device.Cpu,
                $"cpu: no usable GPU ({string.Join("; ", Missing.Concat(All.Where(d => d.Refusal is not null)
                    .Select(d => $"{d.Name}: {d.Refusal}")))})");
    }

    /// <summary>Opens a device by its name.</summary>
    /// <param name="name">cuda:0, opencl:0, simulator:0; with cuda:0:naive and so on, every rung of <see cref="ProductVariant"/> can be
    /// had.</param>
    /// <exception cref="DeviceException">There is no such device, or it cannot be used; the message says why.</exception>
    public static LisNative.Device Open(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split(':');
        ProductVariant? variant = parts.Length < 3 ? null : Enum.TryParse<ProductVariant>(parts[2], ignoreCase: true, out var wanted)
            ? wanted
            : throw new DeviceException(
                $"{name}: expected one of {string.Join(", ", Enum.GetNames<ProductVariant>())} after the device, found \"{parts[2]}\"");
        var device = All.FirstOrDefault(d => d.Name == string.Join(':', parts.Take(2)))
            ?? throw new DeviceException(
            $"{name}: expected one of {string.Join(", ", All.Select(d => d.Name))}, found no such device{Why(name)}");
        if (device.Refusal is { } refusal)
        {
            throw new DeviceException($"{name}: {device.Model} cannot be used: {refusal}");
        }

        if (variant == ProductVariant.TensorCore && device.Hardware is not CudaDevice { Architecture.Major: >= 8 })
        {
            throw new DeviceException($"{name}: {device.Model} cannot be used so: tensor cores take CUDA and SM 8.0 or later");
        }

        try
        {
            var accelerator = device.Hardware.CreateAccelerator(Found.Value.Context);
            return new(name, new GpuBackend(
                accelerator, variant ?? (accelerator.AcceleratorType == AcceleratorType.CPU ? ProductVariant.Naive
                : ProductVariant.Vectorised)));
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException)
        {
            throw new DeviceException($"{name}: {device.Model} cannot be used: {e.Message}", e);
        }
    }

    private static string Why(string name) =>
        string.Concat(Missing.Where(m => m.StartsWith(name.Split(':')[0] + ":", StringComparison.Ordinal)).Select(m => $" ({m})"));

    private static (Context, IReadOnlyList<GpuDevice>) Find()
    {
        DriverLibraries.Register();

        // Every device is let in, so that those which cannot be used can be listed with the reason. The simulator has groups as large as
        // the kernels'.
        var context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive)
            .Cuda(_ => true).OpenCL(_ => true).CPU(new CPUDevice(32, GpuBackend.GroupSize / 32, 1)));
        Intrinsics.Register(context);
        var devices = context.Devices.GroupBy(
            d => d.AcceleratorType switch { AcceleratorType.Cuda => "cuda", AcceleratorType.OpenCL => "opencl", _ => "simulator" })
            .SelectMany(kind => kind.Select((d, i) => new GpuDevice($"{kind.Key}:{i}", d))).OrderBy(d => d.Name, StringComparer.Ordinal)
                .ToList();
        foreach (var openCL in devices.Where(d => d.Refusal is null).Select(d => d.Hardware).OfType<CLDevice>())
        {
            AssumeGenericAddressSpace(openCL.Capabilities);
        }

        return (context, devices);
    }

    /// <summary>
    /// Only a driver that reports the capability, or that the user vouches for, comes here; ILGPU asks again and offers no other way to
    /// tell it.
    /// </summary>
    private static void AssumeGenericAddressSpace(CLCapabilityContext capabilities) =>
        typeof(CLCapabilityContext).GetProperty(
            nameof(CLCapabilityContext.GenericAddressSpace), BindingFlags.Public | BindingFlags.Instance)!
            .GetSetMethod(nonPublic: true)!.Invoke(capabilities, [true]);
}
