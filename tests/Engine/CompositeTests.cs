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
