using LisNative.Cpu;
using LisNative.Lanes;

namespace LisNative.Tests.Matrix;

/// <summary>Every device that the suite runs on. The Cpu backend appears once for each register width; .NET emulates what the processor lacks.</summary>
public static class Backends
{
    private static readonly Dictionary<string, Lazy<Device>> Devices = new()
    {
        ["cpu"] = new(() => new Device("cpu", CpuBackend.Create(null, winograd: true), guarded: true)),
        ["cpu-512"] = new(() => new Device("cpu-512", new CpuBackend<Lane512>(2), guarded: true)),
        ["cpu-256"] = new(() => new Device("cpu-256", new CpuBackend<Lane256>(2), guarded: true)),
        ["cpu-128"] = new(() => new Device("cpu-128", new CpuBackend<Lane128>(2), guarded: true)),
        ["cpu-scalar"] = new(() => new Device("cpu-scalar", new CpuBackend<ScalarLane>(1), guarded: true)),
    };

    public static IEnumerable<string> Names => Devices.Keys;

    public static Device Get(string name) => Devices[name].Value;
}
