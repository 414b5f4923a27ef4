using LisNative.Cpu;
using LisNative.Gpu;
using LisNative.Lanes;
using LisNative.Proof.Proofs;
using LisNative.Proof.Records;
using LisNative.Reference;

namespace LisNative.Tests.Proof;

/// <summary>Records × backends × proofs. A new operation or backend is a row, never a new test.</summary>
public class RecordTests
{
    /// <summary>
    /// Where merges are decided OpenCL, which compiles each kernel, has every fifth, and its first rung none: the simulator and the
    /// emulated CUDA driver hold the same kernels there. Narrow registers have every second, the plain loops every third.
    /// </summary>
    public static TheoryData<string, string> RecordsAndBackends() => Backends.Times(backend => Table.All.Select(r => r.Name).Where(
        (_, i) => Reliability.Scale.IsLong || backend switch
        {
            "opencl:0" => i % 5 == 0,
            "opencl:0:naive" => false,
            "cpu-128" or "cpu-256" or "cpu-scalar" => i % 2 == 0,
            "cpu:naive" => i % 3 == 0,
            _ => true,
        }));

    public static TheoryData<string> Records() => [.. Table.All.Select(r => r.Name)];

    [Fact]
    public void Names_are_unique() => Assert.Equal(Table.All.Count, Table.All.Select(r => r.Name).Distinct().Count());

    [Theory, MemberData(nameof(RecordsAndBackends))]
    public void Backend_holds(string backend, string name) => AssertAll(Proofs(Backends.Get(backend)), name, Backends.Get(backend));

    /// <summary>What has the bits of the CPU's first rung has all that was proven of it.</summary>
    private static IReadOnlyList<IProof> Proofs(Device device) =>
        device.Kernels.Backend is GpuBackend { SumsInOrder: true } ? [new NaiveBits()] : ProofList.For(device);

    [Theory, MemberData(nameof(Records))]
    public void Gradients_hold(string name) => AssertAll(ProofList.OfGradients, name, Own.Value);

    /// <summary>A reference of this class's own: what other tests forgot on theirs would be found in the middle of a proof.</summary>
    private static readonly Lazy<Device> Own = new(() => new Device("own reference", new ReferenceBackend<DoublePrecision, double>()));

    /// <summary>The proof of equal bits can fail: the fast backend has another order of summation.</summary>
    [Fact]
    public void Other_orders_of_summation_give_other_bits() =>
        Assert.Contains(Table.All, record => !ProofList.Run(new NaiveBits(), record, Backends.Get("cpu")).Passed);

    [Theory, MemberData(nameof(Records))]
    public void Any_number_of_threads_gives_the_same_bits(string name)
    {
        var record = Find(name);
        var one = SameBits.Run(record, OneThread.Value);
        Assert.Equal(one, SameBits.Run(record, TwoThreads.Value));
        Assert.Equal(one, SameBits.Run(record, SevenThreads.Value));
    }

    private static readonly Lazy<Device> OneThread = new(() => new Device("one", new CpuBackend<Lane256>(1)));
    private static readonly Lazy<Device> TwoThreads = new(() => new Device("two", new CpuBackend<Lane256>(2)));
    private static readonly Lazy<Device> SevenThreads = new(() => new Device("seven", new CpuBackend<Lane256>(7)));

    private static OperationRecord Find(string name) => Table.All.Single(r => r.Name == name);

    internal static void AssertAll(IReadOnlyList<IProof> proofs, string name, Device device)
    {
        var record = Find(name);
        foreach (var proof in proofs.Where(p => p.AppliesTo(record)))
        {
            var outcome = ProofList.Run(proof, record, device);
            Assert.True(
                outcome.Passed, $"{device}: {record.Name}: {proof.Name}: error {outcome.MaxError:E2}, bound {outcome.Tolerance:E1}");
        }
    }
}
