using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Tests.Engine;

public class BatchNormTests
{
    private static readonly Shape Images = [3, 19, 2, 5];

    private static float[] Numbers(int count, ulong stream)
    {
        var values = new float[count];
        new Philox(3, stream).Normals(values);
        return values;
    }

    private static Var[] Arguments(Device device) =>
    [
        Var.Leaf(device.From(Numbers(Images.Count, 1), Images)), Var.Leaf(device.From(Numbers(Images[1], 2), [Images[1]])),
        Var.Leaf(device.From(Numbers(Images[1], 3), [Images[1]])),
    ];

    [Fact]
    public void Values_are_those_of_the_definition()
    {
        using var scope = new Scope();
        double[] values = [1, 2, 4, 8, -1, 0, 3, 5], scale = [2, -3], shift = [0.5, 1];
        foreach (var device in new[] { Device.Reference, Device.Cpu })
        {
            var y = new Var(device.From(values, [2, 2, 2])).BatchNorm(
                device.From(scale, [2]), device.From(shift, [2]), 0.1, out var mean, out var variance);
            for (int c = 0; c < 2; c++)
            {
                double[] channel = [values[2 * c], values[(2 * c) + 1], values[4 + (2 * c)], values[5 + (2 * c)]];
                double expected = channel.Average(), squares = channel.Average(v => (v - expected) * (v - expected));
                Assert.Equal(expected, mean.ToArray<double>()[c], 1e-6);
                Assert.Equal(squares, variance.ToArray<double>()[c], 1e-6);
                Assert.Equal(
                    channel.Select(v => ((v - expected) / Math.Sqrt(squares + 0.1) * scale[c]) + shift[c]),
                    new[] { 2 * c, (2 * c) + 1, 4 + (2 * c), 5 + (2 * c) }.Select(i => y.Value.ToArray<double>()[i]),
                    (a, b) => Math.Abs(a - b) < 1e-5);
            }
        }
    }

    /// <summary>Kernels make gradients of first order alone: those of second order go through the composed form.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Second_gradients_are_those_of_the_reference(bool isOfBatch)
    {
        using var scope = new Scope();
        double[][] Second(Device device)
        {
            Var[] x = Arguments(device);
            var y = isOfBatch ? x[0].BatchNorm(x[1], x[2], 0.01, out _, out _, Activation.Silu)
                : x[0].BatchNorm(x[1], x[2], x[1].Value * 0.5, x[2].Value.Square(), 0.01, Activation.Silu);
            var first = Gradient.Compute(y.Square().Sum(), x, differentiable: true);
            var loss = first.Select(g => g.Square().Sum()).Aggregate((a, b) => a + b);
            return [.. Gradient.Compute(loss, x).Select(g => g.Value.ToArray<double>())];
        }

        foreach (var (expected, found) in Second(Device.Reference).Zip(Second(Device.Cpu)))
        {
            double greatest = expected.Max(Math.Abs);
            Assert.True(greatest > 0);
            Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-4 * greatest));
        }
    }

    /// <summary>What one sweep found of the channels is no other's.</summary>
    [Fact]
    public void Each_sweep_has_its_own_sums()
    {
        using var scope = new Scope();
        Var[] x = Arguments(Device.Cpu);
        var y = x[0].BatchNorm(x[1], x[2], 0.01, out _, out _);
        Var up = Device.Cpu.From(Numbers(Images.Count, 7), Images);
        var once = Gradient.Compute(y, x, up);
        float[][] before = [.. once.Select(g => g.Value.ToArray())];
        var twice = Gradient.Compute(y, x, up * 2);
        for (int i = 0; i < x.Length; i++)
        {
            Assert.Equal(before[i], once[i].Value.ToArray());
            Assert.Equal(before[i].Select(v => 2 * v), twice[i].Value.ToArray());
        }
    }

    /// <summary>One number for both: its gradient is the sum of both roles', of any order.</summary>
    [Fact]
    public void Scale_and_shift_may_be_one()
    {
        using var scope = new Scope();
        Var[] x = Arguments(Device.Cpu);
        Var[] apart = Gradient.Compute(x[0].BatchNorm(x[1], new Var(x[1].Value), 0.01, out _, out _).Square().Sum(), [x[1]]);
        Var[] shifted = Gradient.Compute(x[0].BatchNorm(new Var(x[1].Value), x[1], 0.01, out _, out _).Square().Sum(), [x[1]]);
        foreach (bool differentiable in new[] { false, true })
        {
            var loss = x[0].BatchNorm(x[1], x[1], 0.01, out _, out _).Square().Sum();
            float[] both = Gradient.Compute(loss, [x[1]], differentiable: differentiable)[0].Value.ToArray();
            Assert.Equal((apart[0] + shifted[0]).Value.ToArray(), both, (a, b) => Math.Abs(a - b) < 1e-3 * (1 + Math.Abs(a)));
        }
    }

    /// <summary>A layer disposes the batch's moments, and moves its own, before the gradient is taken.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Moments_are_the_callers(bool isOfBatch)
    {
        using var scope = new Scope();
        float[] Gradients(bool changes)
        {
            Var[] x = Arguments(Device.Cpu);
            Tensor mean = Device.Cpu.Full([Images[1]], 0.5), variance = Device.Cpu.Full([Images[1]], 2);
            var y = isOfBatch ? x[0].BatchNorm(x[1], x[2], 0.01, out mean, out variance)
                : x[0].BatchNorm(x[1], x[2], mean, variance, 0.01);
            if (changes)
            {
                Device.Cpu.Backend.Fill(isOfBatch ? Device.Cpu.Empty([1]) : variance, 9);
                mean.Dispose();
                variance.Dispose();
            }

            return [.. Gradient.Compute(y.Square().Sum(), x).SelectMany(g => g.Value.ToArray())];
        }

        Assert.Equal(Gradients(changes: false), Gradients(changes: true));
    }

    [Fact]
    public void A_batch_without_elements_is_refused()
    {
        Var empty = Device.Cpu.Empty([0, 2, 3]), channels = Device.Cpu.Zeros([2]);
        var e = Assert.Throws<ArgumentException>(() => empty.BatchNorm(channels, channels, 1e-5, out _, out _));
        Assert.Contains("[0, 2, 3]", e.Message, StringComparison.Ordinal);
        Assert.Equal(empty.Shape, empty.BatchNorm(channels, channels, channels.Value, channels.Value, 1e-5).Shape);
    }
}
