using LisNative.Memory;

namespace LisNative.Tests.Engine;

/// <summary>Operations composed of others have no kernel to compare: their values are held against plain loops.</summary>
public class CompositeTests
{
    private static readonly double[] Values = [.. Enumerable.Range(0, 24).Select(i => Math.Sin(3.7 * i) * 2)];

    private static Var X(params int[] shape) => new(Device.Reference.From(Values[..Shape.Create(shape).Count], Shape.Create(shape)));

    private static void Equal(IEnumerable<double> expected, Var found)
    {
        double[] values = found.Value.ToArray<double>();
        Assert.All(expected.Zip(values), p => Assert.Equal(p.First, p.Second, 1e-12));
        Assert.Equal(expected.Count(), values.Length);
    }

    private static double[] Row(int i) => Values[(4 * i)..((4 * i) + 4)];

    [Fact]
    public void Means()
    {
        using var scope = new Scope();
        Equal([Values.Average()], X(6, 4).Mean());
        Equal(Enumerable.Range(0, 6).Select(i => Row(i).Average()), X(6, 4).Mean([1]));
        Equal(Enumerable.Range(0, 4).Select(j => Enumerable.Range(0, 6).Average(i => Row(i)[j])), X(6, 4).Mean([0], keep: true));
    }

    [Fact]
    public void Softmax_and_its_logarithm()
    {
        using var scope = new Scope();
        double[] expected = [.. Enumerable.Range(0, 6).SelectMany(i => Row(i).Select(v => Math.Exp(v) / Row(i).Sum(Math.Exp)))];
        Equal(expected, X(6, 4).Softmax(1));
        Equal(expected.Select(v => Math.Log(v)), X(6, 4).LogSoftmax(1));
        Assert.All((X(6, 4) * 1000).Softmax(1).Value.ToArray<double>(), v => Assert.InRange(v, 0, 1));
    }

    [Fact]
    public void Layer_norm()
    {
        using var scope = new Scope();
        double[] scale = [1, 2, 3, 4], shift = [5, 6, 7, 8];
        var expected = Enumerable.Range(0, 6).SelectMany(i =>
        {
            double mean = Row(i).Average(), deviation = Math.Sqrt(Row(i).Average(v => (v - mean) * (v - mean)) + 1e-5);
            return Row(i).Select((v, j) => ((v - mean) / deviation * scale[j]) + shift[j]);
        });
        Equal(expected, X(6, 4).LayerNorm(Device.Reference.From(scale, [4]), Device.Reference.From(shift, [4])));
    }

    [Fact]
    public void Pools()
    {
        using var scope = new Scope();
        double[][] windows = [.. new[]
            { 0, 2, 8, 10, 16, 18 }.Select(at => new[] { Values[at], Values[at + 1], Values[at + 4], Values[at + 5] })];
        Equal(windows.Select(w => w.Max()), X(1, 1, 6, 4).MaxPool2d(2, 2));
        Equal(windows.Select(w => w.Average()), X(1, 1, 6, 4).AvgPool2d(2, 2));
    }

    /// <summary>
    /// PyTorch's rules: no window begins behind the image, and a mean is over what of its window is inside, or in the padding.
    /// </summary>
    [Theory]
    [InlineData(2, 2, 0, false)]
    [InlineData(2, 2, 1, true)]
    [InlineData(3, 2, 1, true)]
    [InlineData(3, 3, 0, true)]
    [InlineData(3, 2, 1, false)]
    [InlineData(2, 3, 1, true)]
    [InlineData(1, 3, 0, true)]
    [InlineData(5, 2, 2, true)]
    public void Pools_with_padding_and_rounding_up(int kernel, int stride, int padding, bool ceiling)
    {
        using var scope = new Scope();
        const int Height = 6, Width = 4;
        int[] First(int size) => [.. Enumerable.Range(0, size).Select(i => (i * stride) - padding)
            .Where(a => ceiling ? a < size && a + kernel < size + padding + stride : a + kernel <= size + padding)];
        var windows = (from top in First(Height) from left in First(Width) select (top, left)).ToArray();
        double[] Inside((int Top, int Left) w) => [.. from h in Enumerable.Range(w.Top, kernel)
                                                      from v in Enumerable.Range(w.Left, kernel)
                                                      where h is >= 0 and < Height && v is >= 0 and < Width
                                                      select Values[(h * Width) + v]];
        int Counted(int first, int size) => Math.Min(first + kernel, size + padding) - first;
        foreach (var device in new[] { Device.Reference, Device.Cpu })
        {
            Var x = device.From(Values, [1, 1, Height, Width]);
            void Near(Func<(int Top, int Left), double> expected, Var found)
            {
                Assert.Equal([1, 1, First(Height).Length, First(Width).Length], found.Shape.Sizes.ToArray());
                Assert.All(windows.Select(expected).Zip(found.Value.ToArray<double>()), p => Assert.Equal(p.First, p.Second, 1e-6));
            }

            Near(w => Inside(w).Max(), x.MaxPool2d(kernel, stride, padding, ceiling: ceiling));
            Near(w => Inside(w).Average(), x.AvgPool2d(kernel, stride, padding, ceiling, countsPadding: false));
            Near(w => Inside(w).Sum() / (Counted(w.Top, Height) * Counted(w.Left, Width)),
                x.AvgPool2d(kernel, stride, padding, ceiling));
        }
    }

    /// <summary>Of equal pixels the first wins, on every device; a NaN is the greatest.</summary>
    [Fact]
    public void The_first_of_the_greatest_gets_the_gradient()
    {
        using var scope = new Scope();
        foreach (var device in new[] { Device.Reference, Device.Cpu })
        {
            var x = Var.Leaf(device.From([1f, 1, 2, 3, 1, 1, 3, 3, float.NaN, 0, -1, -1, 0, 0, -1, float.NegativeInfinity], [1, 1, 4, 4]));
            var y = x.MaxPool2d(2, 2);
            Assert.Equal([1f, 3, float.NaN, -1], y.Value.ToArray());
            Assert.Equal([1f, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0], Gradient.Compute(y.Sum(), [x])[0].Value.ToArray());
        }
    }

    /// <summary>Layers have kernels of two sizes, and weights of the channels of a group.</summary>
    [Fact]
    public void Layers_with_kernels_of_two_sizes_and_groups()
    {
        using var scope = new Scope();
        var device = Device.Cpu;
        Var x = device.Zeros([2, 4, 9, 8]);
        var g = new ConvGeometry((2, 1), (0, 1), Groups: 2);
        using var down = new Layers.Conv2d(device, 4, 6, (1, 3), g, Layers.Initialisers.Glorot, new(1));
        using var up = new Layers.ConvTranspose2d(device, 6, 4, (1, 3), g, Layers.Initialisers.Glorot, new(1));
        Assert.Equal([6, 2, 1, 3], down.Weight.Shape.Sizes.ToArray());
        Assert.Equal([6, 2, 1, 3], up.Weight.Shape.Sizes.ToArray());
        Assert.Equal([2, 6, 5, 8], down.Forward(x).Shape.Sizes.ToArray());
        Assert.Equal(x.Shape, up.Forward(down.Forward(x)).Shape);
        Failure.Contains<ArgumentException>("divides 5 channels, found 2",
            () => new Layers.Conv2d(device, 5, 6, 3, g, Layers.Initialisers.Glorot, new(1)));
    }

    [Fact]
    public void Norms_and_losses()
    {
        using var scope = new Scope();
        double[] norms = [.. Enumerable.Range(0, 6).Select(i => Math.Sqrt(Row(i).Sum(v => v * v)))];
        Equal(norms, X(6, 2, 2).NormPerSample());
        Var zero = Device.Reference.Zeros([6, 4]), one = Device.Reference.Full([6, 4], 1);
        Equal([norms.Average()], Layers.Losses.Norm(X(6, 4), zero));
        Equal([Values.Average(v => v * v)], Layers.Losses.MeanSquaredError(X(6, 4), zero));
        Equal([Values.Average(v => -Math.Log(1 / (1 + Math.Exp(-v))))], Layers.Losses.BinaryCrossEntropyWithLogits(X(6, 4), one));
        Equal([norms[..2].Average() + (0.5 * norms[2..].Average(e => Math.Abs(3 - e)))],
            Training.LisLosses.LatentShaping(X(6, 4), zero, 2, 0.5, 3));
    }

    [Fact]
    public void Padding_and_joining()
    {
        using var scope = new Scope();
        Equal([0, .. Values[..3], 0, 0], X(3).Pad(0, 1, 2));
        Equal([.. Values[..2], .. Values[..2], .. Values[2..4], .. Values[2..4]], Var.Concat(1, X(2, 2), X(2, 2)));
        Equal([0, Values[0], 0, Values[1], 0], X(2).Unslice(0, 5, 1, 2));
    }
}
