using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Tests.Engine;

/// <summary>
/// A sweep refuses to read what was overwritten after the result was computed from it: constants, indices, and results of operations, too.
/// What no rule reads may be overwritten.
/// </summary>
public class OverwrittenTests
{
    private const string Refusal = " was changed after the result was computed from it; compute the result again";

    /// <summary>Of a leaf [2, 3]: what is computed with something that the rules read, and that something.</summary>
    private static readonly Dictionary<string, Func<Var, (Var Y, Tensor Read)>> Read = new()
    {
        ["factor"] = x => With([2, 3], c => x * c),
        ["factor before"] = x => With([2, 3], c => c * x),
        ["divisor"] = x => With([1, 3], c => x / c),
        ["dividend"] = x => With([1, 3], c => c / x),
        ["divisor or zero"] = x => With([2, 3], c => Var.DivideOrZero(x, c)),
        ["matrix"] = x => With([3, 4], c => Var.MatMul(x, c)),
        ["weight"] = x => With([4, 3], c => Var.Linear(x, c, null, Activation.Relu)),
        ["input"] = x => With([5, 3], c => Var.Linear(c, x)),
        ["filters"] = x => With([2, 1, 1, 2], c => Var.Conv2d(x.Reshape(1, 1, 2, 3), c, new(1, 0))),
        ["image"] = x => With([1, 1, 4, 4], c => Var.Conv2d(c, x.Reshape(1, 1, 2, 3), new(1, 0))),
        ["transposed filters"] = x => With([1, 2, 1, 2], c => Var.ConvTranspose2d(x.Reshape(1, 1, 2, 3), c, [1, 2, 2, 4], new(1, 0))),
        ["gradient of filters"] = x => With([1, 1, 2, 3], c => Var.Conv2dWeight(c, x.Reshape(1, 1, 2, 3), [1, 1, 1, 1], new(1, 0))),
        ["condition"] = x => With([2, 3], c => Var.Where(c, x, 0)),
        ["exponent"] = x => With([2, 3], c => x.Pow(c)),
        ["other of two"] = x => With([2, 3], c => Var.Max(x, c)),
        ["scale of rows"] = x => With([3], c => x.LayerNorm(c, Tensor.Positions(Device.Cpu, 3))),
        ["scale of channels"] = x => With([3], c => x.BatchNorm(c, Tensor.Positions(Device.Cpu, 3), 1e-3, out _, out _)),
        ["shift of channels"] = x => With([3], c => x.BatchNorm(c + 1, c, 1e-3, out _, out _, Activation.Relu)),
        ["moment of channels"] = x =>
            (x.BatchNorm(Var.Leaf(Device.Cpu.Full([3], 2)), Device.Cpu.Zeros([3]), 1e-3, out var mean, out _), mean),
        ["indices"] = x => Numbers(i => x.Gather(1, i)),
        ["places"] = x => Numbers(i => x.ScatterAdd(1, i, 4)),
        ["targets of logits"] = x => With([2, 3], c => Losses.BinaryCrossEntropyWithLogits(x, c)),
        ["targets of a divergence"] = x => With([2, 3], c => Losses.KullbackLeibler(x, c)),
        ["argument of one's own"] = x => With([2, 3], c => Var.Custom(x.Value * c.Value, (x, dy => dy * c), (c, dy => dy * x))),
        ["exponential"] = x => Own(x.Exp()),
        ["exponential less 1"] = x => Own(x.Expm1()),
        ["root"] = x => Own(x.Sqrt()),
        ["sigmoid"] = x => Own(x.Sigmoid()),
        ["softmax"] = x => Own(x.Softmax(1)),
        ["relu"] = x => Own(x.Relu()),
        ["fused activation"] = x => Own(Var.Linear(x, Device.Cpu.Full([3, 3], 1), null, Activation.Relu)),
        ["norm"] = x => Own(x.NormPerSample()),
        ["greatest"] = x => Own(x.Max([1])),
    };

    private static readonly Dictionary<string, Func<Var, (Var Y, Tensor Unread)>> Unread = new()
    {
        ["summand"] = x => With([2, 3], c => x + c),
        ["subtrahend"] = x => With([1, 3], c => x - c),
        ["bias"] = x => With([4], c => Var.Linear(x, Device.Cpu.Full([4, 3], 1), c)),
        ["neighbour"] = x => With([2, 3], c => Var.Concat(1, x, c)),
        ["targets of squares"] = x => With([2, 3], c => Losses.MeanSquaredError(x, c)),
        ["choice that has no gradient"] = x => With([2, 3], c => Var.Where(Device.Cpu.Full([2, 3], 1), x, c)),
        ["part without a gradient"] = x => With([2, 3], c => x * (c * c)),
    };

    public static TheoryData<string> OfRead => [.. Read.Keys];

    public static TheoryData<string> OfUnread => [.. Unread.Keys];

    private static (Var, Tensor) With(Shape shape, Func<Var, Var> f)
    {
        var c = Device.Cpu.Full(shape, 0.5);
        return (f(c), c);
    }

    private static (Var, Tensor) Own(Var y) => (y * 2.0, y.Value);

    private static (Var, Tensor) Numbers(Func<IndexTensor, Var> f)
    {
        var numbers = Device.Cpu.Indices(0, 2, 1);
        return (f(numbers), numbers.Values);
    }

    private static Var Leaf() => Var.Leaf(Device.Cpu.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }));

    private static float[] GradientOf(Var y, Var x) => Gradient.Compute(y.Sum(), [x])[0].Value.ToArray();

    [Theory]
    [MemberData(nameof(OfRead))]
    public void What_a_rule_reads_may_not_be_overwritten(string name)
    {
        using var scope = new Scope();
        var x = Leaf();
        var (y, read) = Read[name](x);
        _ = GradientOf(y, x);
        read.CopyFrom(read + 1);
        string message = Assert.Throws<InvalidOperationException>(() => GradientOf(y, x)).Message;
        Assert.StartsWith("Gradient: ", message, StringComparison.Ordinal);
        Assert.EndsWith($", {read.Shape}{Refusal}", message, StringComparison.Ordinal);
        _ = GradientOf(Read[name](x).Y, x);
    }

    [Theory]
    [MemberData(nameof(OfUnread))]
    public void What_no_rule_reads_may_be_overwritten(string name)
    {
        using var scope = new Scope();
        var x = Leaf();
        var (y, unread) = Unread[name](x);
        float[] before = GradientOf(y, x);
        unread.CopyFrom(unread + 1);
        Assert.Equal(before, GradientOf(y, x));
    }

    /// <summary>The gradient of one leaf reads the other, which is not asked for.</summary>
    [Fact]
    public void A_leaf_that_another_ones_rule_reads_may_not_be_overwritten()
    {
        using var scope = new Scope();
        Var a = Leaf(), b = Leaf(), y = a * b, z = a + b;
        b.Value.CopyFrom(b.Value + 1);
        Assert.Throws<InvalidOperationException>(() => GradientOf(y, a));
        Assert.Equal(new float[6].Select(_ => 1f), GradientOf(z, a));
    }

    /// <summary>Rules of gradients read what the first sweep read.</summary>
    [Theory]
    [InlineData("relu")]
    [InlineData("leaky")]
    [InlineData("clamp")]
    [InlineData("tanh")]
    [InlineData("gelu")]
    [InlineData("silu")]
    [InlineData("sigmoid")]
    [InlineData("softmax")]
    [InlineData("layer norm")]
    public void What_the_rule_of_a_gradient_reads_may_not_be_overwritten(string name)
    {
        using var scope = new Scope();
        Var x = Leaf(), u = Leaf(), ones = Device.Cpu.Full([3], 1);
        var y = name switch
        {
            "relu" => x.Relu(),
            "leaky" => x.LeakyRelu(0.1),
            "clamp" => x.Clamp(0, 4),
            "tanh" => x.Tanh(),
            "gelu" => x.Gelu(),
            "silu" => x.Silu(),
            "sigmoid" => x.Sigmoid(),
            "softmax" => x.Softmax(1),
            _ => x.LayerNorm(ones, ones),
        };
        var dx = Gradient.Compute(y, [x], u, differentiable: true)[0];
        _ = GradientOf(dx, u);
        foreach (var tensor in new[] { x.Value, y.Value })
        {
            tensor.CopyFrom(tensor + 1);
        }

        Failure.Contains<InvalidOperationException>(Refusal, () => GradientOf(dx, u));
    }
}
