using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Tests.Engine;

public class ActivationTests
{
    private static readonly Dictionary<string, (Activation Fused, Func<Var, Var> Alone)> All = new()
    {
        ["sigmoid"] = (Activation.Sigmoid, x => x.Sigmoid()),
        ["tanh"] = (Activation.Tanh, x => x.Tanh()),
        ["leaky ReLU"] = (Activation.LeakyRelu(0.2), x => x.LeakyRelu(0.2)),
        ["ReLU"] = (Activation.Relu, x => x.Relu()),
        ["GELU"] = (Activation.Gelu, x => x.Gelu()),
        ["SiLU"] = (Activation.Silu, x => x.Silu()),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static Var Leaf(Device device, ulong stream, Shape shape)
    {
        var values = new float[shape.Count];
        new Philox(1, stream).Normals(values);
        return Var.Leaf(device.From(values, shape));
    }

    /// <summary>Two convolutions of one activation's output, so that its gradient may be fused with theirs and written over it.</summary>
    private static float[][] Gradients(Device device, Func<Var, Var, Var> hidden, bool twoReaders)
    {
        Var x = Leaf(device, 1, [2, 3, 7, 7]), w = Leaf(device, 2, [4, 3, 3, 3]), u = Leaf(device, 3, [5, 4, 3, 3]);
        var h = hidden(x, w);
        var y = Var.Conv2d(h, u, new(1, 1));
        var loss = (twoReaders ? y * Var.Conv2d(h, u * 0.5, new(1, 1)) : y.Square()).Sum();
        return [[(float)loss.Value.Item()], .. Gradient.Compute(loss, [x, w, u], release: true).Select(g => g.Value.ToArray())];
    }

    [Theory, MemberData(nameof(Names))]
    public void Fused_or_not_it_is_the_same_function(string name)
    {
        using var scope = new Scope();
        var (fused, alone) = All[name];
        foreach (bool twoReaders in new[] { false, true })
        {
            float[][] expected = Gradients(Device.Reference, (x, w) => alone(Var.Conv2d(x, w, new(1, 1))), twoReaders);
            foreach (var device in new[] { Device.Reference, Device.Cpu, Device.Naive })
            {
                Near(expected, Gradients(device, (x, w) => alone(Var.Conv2d(x, w, new(1, 1))), twoReaders));
                Near(expected, Gradients(device, (x, w) => Var.Conv2d(x, w, new(1, 1), activation: fused), twoReaders));
            }
        }

        static void Near(float[][] expected, float[][] found)
        {
            foreach (var (e, f) in expected.Zip(found))
            {
                float greatest = e.Max(Math.Abs);
                Assert.All(e.Zip(f), p => Assert.Equal(p.First, p.Second, 1e-4f * greatest));
            }
        }
    }

    [Fact]
    public void The_gradient_of_ReLU_is_0_where_x_is()
    {
        using var scope = new Scope();
        foreach (var device in new[] { Device.Reference, Device.Cpu })
        {
            var x = Var.Leaf(device.From([-1f, -0f, 0, float.Epsilon, 2, float.NegativeInfinity, float.PositiveInfinity], [7]));
            var y = x.Relu();
            Assert.Equal([0, 0, 0, float.Epsilon, 2, 0, float.PositiveInfinity], y.Value.ToArray());
            Assert.Equal([0f, 0, 0, 1, 1, 0, 1], Gradient.Compute(y, [x], device.Full([7], 1))[0].Value.ToArray());
            Assert.Equal([float.NaN], device.From([float.NaN], [1]).Relu().ToArray());
        }
    }

    /// <summary>Its gradient wants more than its output, which is all that a gate has.</summary>
    [Fact]
    public void A_gate_is_of_what_its_output_determines()
    {
        using var y = Device.Cpu.Zeros([2]);
        foreach (var activation in new[] { Activation.Tanh, Activation.Gelu, Activation.Silu })
        {
            Assert.Throws<NotSupportedException>(() => new Gate(activation, y));
        }

        Assert.Same(Activation.Relu, new Gate(Activation.Relu, y).Activation);
    }
}
