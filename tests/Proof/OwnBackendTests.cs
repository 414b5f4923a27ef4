using LisNative.Memory;
using LisNative.Proof.Proofs;
using LisNative.Proof.Records;

namespace LisNative.Tests.Proof;

/// <summary>
/// The sample of a backend that sees nothing but the public interface: its values are those of the reference, for every operation and
/// memory layout.
/// </summary>
public sealed class OwnBackendTests
{
    private static readonly CountingBackend.CountingBackend Backend = new();
    private static readonly Device Own = new("own", Backend, guarded: true);

    public static TheoryData<string> Records() => [.. Table.All.Select(r => r.Name)];

    [Theory, MemberData(nameof(Records))]
    public void Forward_holds(string name) => RecordTests.AssertAll([new Forward(), new Lengths(), new SpecialValues()], name, Own);

    [Fact]
    public void What_a_backend_has_no_kernel_for_is_composed_and_counted()
    {
        using var scope = new Scope();
        var x = Own.From([1f, 2, 3, 4, 5, 6], [3, 2]);
        var (kernels, bytes) = (Backend.Kernels, Backend.Bytes);
        using var sum = x + x;
        Assert.Equal((1, 3 * 6 * sizeof(float)), (Backend.Kernels - kernels, Backend.Bytes - bytes));
        Assert.Equal([5f, 6, 1, 2], x.Gather([2, 0]).ToArray());
        Assert.Equal([0f, 0, 4, 6, 5, 6], x.ScatterAdd([1, 1, 2], 3).ToArray());
        Assert.False(Own.CanCapture);
        Assert.Throws<NotSupportedException>(() => new Capture(Own, () => x.Tanh()));
        Assert.Empty(Own.Zeros([0, 2]).Tanh().ToArray());
        Assert.Equal(0, Own.Pool.Overruns);
    }
}
