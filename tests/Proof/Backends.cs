using LisNative.Cpu;
using LisNative.Gpu;
using LisNative.Lanes;
using LisNative.Reference;

namespace LisNative.Tests.Proof;

/// <summary>
/// Every device that the suite runs on. The Cpu backend appears once for each register width; .NET emulates what the processor lacks. An
/// OpenCL device that is not there is skipped by name, unless LISNATIVE_REQUIRE names it.
/// </summary>
public static class Backends
{
    private static readonly Dictionary<string, Lazy<Device>> Devices = new()
    {
        ["cpu"] = new(() => new Device("cpu", CpuBackend.Create(null, winograd: true), guarded: true)),
        ["cpu-512"] = new(() => new Device("cpu-512", new CpuBackend<Lane512>(2), guarded: true)),
        ["cpu-256"] = new(() => new Device("cpu-256", new CpuBackend<Lane256>(2), guarded: true)),
        ["cpu-128"] = new(() => new Device("cpu-128", new CpuBackend<Lane128>(2), guarded: true)),
        ["opencl:0"] = new(() => GpuDevices.Open("opencl:0")),
        ["opencl:0:naive"] = new(() => GpuDevices.Open("opencl:0:naive")),
        ["cpu:naive"] = new(() => new Device("cpu:naive", new ReferenceBackend<SinglePrecision, float>(), guarded: true)),
        ["cpu-scalar"] = new(() => new Device("cpu-scalar", new CpuBackend<ScalarLane>(1), guarded: true)),
    };

    public static IEnumerable<string> Names => Devices.Keys;

    public static Device Get(string name)
    {
        Requirement.SkipUnless(IsThere(name), name.Split(':')[0], $"{name} cannot be used here");
        return Devices[name].Value;
    }

    /// <summary>Tests over the items of each device; a device that is not there gets one, to be skipped.</summary>
    public static TheoryData<string, string> Times(Func<string, IEnumerable<string>> items)
    {
        var data = new TheoryData<string, string>();
        foreach (string name in Names)
        {
            foreach (string item in items(name).Take(IsThere(name) ? int.MaxValue : 1))
            {
                data.Add(name, item);
            }
        }

        return data;
    }

    internal static bool IsThere(string name) =>
        name.StartsWith("cpu", StringComparison.Ordinal)
        || GpuDevices.All.Any(d => d.Refusal is null && name.StartsWith(d.Name, StringComparison.Ordinal));
}
