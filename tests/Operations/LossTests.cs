using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Tests.Operations;

/// <summary>Losses against their definitions in double precision.</summary>
public class LossTests
{
    private static readonly double[,] Logits = { { 1, 2, 0.5 }, { -1, 400, 0 }, { 3, 3, double.NegativeInfinity } };

    [Fact]
    public void Cross_entropy_is_that_of_the_definition_and_does_not_overflow()
    {
        Var x = Var.Leaf(Device.Cpu.From(Logits));
        var loss = Losses.CrossEntropy(x, [2, 0, 1]);
        double[] each = [Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(0.5)) - 0.5, 401, Math.Log(2)];
        Assert.Equal(each.Average(), loss.Value.Item(), 1e-5 * each.Average());
        float[] gradient = Gradient.Compute(loss, [x])[0].Value.ToArray();
        double first = Math.Exp(1) / (Math.Exp(1) + Math.Exp(2) + Math.Exp(0.5));
        Assert.Equal(first / 3, gradient[0], 1e-6);
        Assert.Equal([-1 / 3f, 1 / 3f, 0, 1 / 6f, -1 / 6f, 0], gradient[3..], (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(gradient.Chunk(3), row => Assert.Equal(0, row.Sum(), 1e-6));
    }

    [Fact]
    public void A_recording_reads_the_labels_anew()
    {
        using var scope = new Scope();
        using var labels = Device.Cpu.Indices(0, 1, 0);
        Var x = Var.Leaf(Device.Cpu.From(Logits));
        Tensor? loss = null, gradient = null;
        using var capture = new Capture(Device.Cpu, () =>
        {
            var y = Losses.CrossEntropy(x, labels);
            (loss, gradient) = (y.Value, Gradient.Compute(y, [x])[0].Value);
        });
        labels.Write([2, 0, 1]);
        capture.Replay();
        var anew = Losses.CrossEntropy(x, [2, 0, 1]);
        Assert.Equal(anew.Value.Item(), loss!.Item());
        Assert.Equal(Gradient.Compute(anew, [x])[0].Value.ToArray(), gradient!.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => labels.Write([2, 3, 1]));
    }

    [Fact]
    public void Huber_is_quadratic_inside_and_linear_outside()
    {
        Var a = Var.Leaf(Device.Cpu.From(new float[] { 0.5f, -3, 1, 0 })), b = Device.Cpu.Zeros([4]);
        var loss = Losses.Huber(a, b, 2);
        Assert.Equal((0.125 + (2 * (3 - 1)) + 0.5) / 4, loss.Value.Item(), 1e-6);
        Assert.Equal([0.125f, -0.5f, 0.25f, 0], Gradient.Compute(loss, [a])[0].Value.ToArray());
    }

    [Fact]
    public void The_divergence_is_from_the_first_to_the_target_and_nothing_for_what_never_happens()
    {
        Var q = Var.Leaf(Device.Cpu.From(new[,] { { Math.Log(0.2), Math.Log(0.8) }, { Math.Log(0.5), Math.Log(0.5) } }));
        Var p = Device.Cpu.From(new[,] { { 0.5, 0.5 }, { 0, 1.0 } });
        var loss = Losses.KullbackLeibler(q, p);
        double expected = ((0.5 * Math.Log(0.5 / 0.2)) + (0.5 * Math.Log(0.5 / 0.8)) + Math.Log(1 / 0.5)) / 2;
        Assert.Equal(expected, loss.Value.Item(), 1e-6);
        Assert.Equal([-0.25f, -0.25f, 0, -0.5f], Gradient.Compute(loss, [q])[0].Value.ToArray());
    }
}
