using LisNative.Cpu;

namespace LisNative.Tests.Engine;

/// <summary>What is asked for ahead: one piece of memory, then the other, and nothing else.</summary>
public unsafe class PrefetchTests
{
    [Fact]
    public void Both_pieces_are_handed_out_in_order_and_then_nothing()
    {
        float* first = (float*)1024, second = (float*)65536;
        var ahead = new Prefetch(first, 3 * Prefetch.Line).Then(new(second, Prefetch.Line));
        nint[] expected = [(nint)first, (nint)(first + (2 * Prefetch.Line)), (nint)second, 0, 0, 0];

        Assert.Equal(expected, expected.Select(_ => (nint)ahead.Next(2)));
    }

    [Fact]
    public void Images_that_a_batch_lacks_are_not_asked_for()
    {
        using var batch = Device.Cpu.Zeros([3, 2, 4, 4]);
        float* results = (float*)65536;
        var image = new Image(batch);
        Prefetch last = image.Ahead(2, 4, results, 16), beyond = image.Ahead(3, 1, results, 16);

        Assert.Equal((nint)((float*)batch.Address + batch.Offset + 64), (nint)last.Next(2));
        Assert.Equal((nint)(results + 32), (nint)last.Next(1));
        Assert.True(last.Next(1) == null);
        Assert.True(beyond.Next(1) == null);
    }
}
