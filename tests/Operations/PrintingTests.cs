namespace LisNative.Tests.Operations;

/// <summary>Values as text.</summary>
public class PrintingTests
{
    private static string Values(Tensor x) => x.ToString().Split('\n', 2)[1];

    [Fact]
    public void Columns_are_aligned_and_many_values_are_abbreviated()
    {
        Assert.Equal("Tensor [2, 3] on cpu\n[[ 1.0, -2.5,  3.0],\n [40.0,  0.0,  6.0]]",
            Device.Cpu.From(new[,] { { 1, -2.5, 3 }, { 40, 0, 6 } }).ToString());
        Assert.Equal("7", Values(Device.Cpu.Full([], 7)));
        Assert.Equal("[ nan,  inf, -inf]", Values(Device.Cpu.From([float.NaN, float.PositiveInfinity, float.NegativeInfinity], [3])));
        Assert.Equal("[0.3333, 2.0000]", Values(Device.Cpu.From(new[] { 1 / 3.0, 2 })));
        Assert.Equal("[1.0000e-05, 1.0000e+00]", Values(Device.Cpu.From(new[] { 1e-5, 1 })));
        Assert.Equal("[[[1],\n  [1]],\n\n [[1],\n  [1]]]", Values(Device.Cpu.Full([2, 2, 1], 1)));
        Tensor many = Tensor.Positions(Device.Cpu, 2000);
        Assert.Equal("[   0,    1,    2, …, 1997, 1998, 1999]", Values(many));
        Assert.Equal(7, Values(many.Reshape(1000, 2)).Split('\n').Length);
        Assert.Equal("[[   0,    1],", Values(many.Reshape(1000, 2)).Split('\n')[0]);
        Assert.Equal("IndexTensor [2] on cpu\n[3, 1]", Device.Cpu.Indices(3, 1).ToString());
        Assert.StartsWith("Var with gradient, [] on cpu", $"{Var.Leaf(Device.Cpu.Zeros([])) + 1}", StringComparison.Ordinal);
    }

    [Fact]
    public void Without_values_there_are_shape_and_device()
    {
        Assert.Equal("Tensor [2, 0] on cpu", Device.Cpu.Zeros([2, 0]).ToString());
        var gone = Device.Cpu.Zeros([2]);
        gone.Dispose();
        Assert.Equal("Tensor [2] on cpu, disposed", gone.ToString());
        string? recorded = null;
        var x = Device.Cpu.Zeros([2]);
        using var capture = new Capture(Device.Cpu, () => recorded = (x + 1).ToString());
        Assert.Equal("Tensor [2] on cpu", recorded);
        using var device = Device.OnCpu(1);
        var orphan = device.Zeros([2]);
        device.Dispose();
        Assert.Equal("Tensor [2] on cpu, which was disposed", orphan.ToString());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Arrays_of_several_axes_come_back(int rank)
    {
        var x = Tensor.Positions(Device.Cpu, 24).Reshape(rank switch { 2 => [4, 6], 3 => [2, 3, 4], _ => [2, 3, 2, 2] });
        Array array = rank switch { 2 => x.ToArray2D(), 3 => x.ToArray3D(), _ => x.ToArray4D() };
        Assert.Equal(x.Shape.Sizes.ToArray(), Enumerable.Range(0, rank).Select(array.GetLength));
        Assert.Equal(x.ToArray(), Device.Cpu.From(array).ToArray());
        Assert.Equal(x.ToArray(), array.Cast<float>());
    }
}
