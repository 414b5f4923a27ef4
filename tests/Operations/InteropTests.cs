using System.Numerics.Tensors;
using LisNative.Interop;

namespace LisNative.Tests.Operations;

/// <summary>Tensors of .NET's in and out.</summary>
public class InteropTests
{
    [Fact]
    public void A_tensor_is_read_in_place_as_it_lies()
    {
        using Tensor x = Device.Cpu.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }), turned = x.Transpose(), part = x[.., 1..];
        var span = x.AsTensorSpan();
        x.Write<float>([1, 2, 3, 4, 5, 7]);
        Assert.Equal(7, span[1, 2]);
        Assert.Equal([3, 2], turned.AsTensorSpan().Lengths.ToArray());
        Assert.Equal([1, 4, 2, 5, 3, 7], Values(turned.AsTensorSpan()));
        Assert.Equal([2, 3, 5, 7], Values(part.AsTensorSpan()));
        Assert.Equal([2, 2, 2], Values(x[0, 1..2].Expand([3]).AsTensorSpan()));
        Assert.Equal([2], Values(x[0, 1].AsTensorSpan()));
        Assert.Equal([4, 5, 7, 1, 2, 3], Values(x.Flip(0).AsTensorSpan()));
        Assert.Equal([1, 2, 3, 4, 5, 7], Values(x.To(Device.Reference).AsTensorSpan()));
        Assert.Equal(0, Device.Cpu.Zeros([2, 0]).AsTensorSpan().FlattenedLength);
    }

    [Fact]
    public void A_tensor_of_NET_comes_in_of_whatever_layout()
    {
        Tensor<float> theirs = System.Numerics.Tensors.Tensor.Create(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        using var ours = Device.Cpu.From(theirs);
        Assert.Equal([2, 3], ours.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], ours.ToArray());
        Assert.Equal([2, 3, 5, 6], Device.Cpu.From(theirs.AsReadOnlyTensorSpan().Slice(Range.All, 1..3)).ToArray());
        using var turned = ours.Transpose();
        Tensor<float> back = turned.ToNumerics();
        Assert.Equal([3, 2], back.Lengths.ToArray());
        Assert.Equal(4, back[0, 1]);
    }

    private static float[] Values(in ReadOnlyTensorSpan<float> span)
    {
        var values = new float[span.FlattenedLength];
        span.FlattenTo(values);
        return values;
    }
}
