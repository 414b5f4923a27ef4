using LisNative.Formulas;
using LisNative.Layers;
using LisNative.Onnx;
using static LisNative.Tests.Export.TinyOnnx;

namespace LisNative.Tests.Export;

/// <summary>What the exporter writes of an operation, ONNX Runtime computes, and it comes back, for batches of any size.</summary>
public sealed class RoundTripTests : InFolder
{
    private static readonly int[] Rows = [4, 6], Image = [3, 6, 8];

    /// <summary>Every public operation of tensors and variables that a forward pass may have.</summary>
    private static readonly Dictionary<string, (int[] Sample, Func<Var, Var> Forward)> Operations = new()
    {
        ["Abs, Affine, Clamp"] = (Rows, x => x.Abs().Affine(2, -0.5).Clamp(-0.3, 1)),
        ["Exp, Expm1, Log, Log1p"] = (Rows, x => x.Exp().Log1p() + x.Expm1() + x.Abs().Affine(1, 0.5).Log()),
        ["Gelu, Silu, Relu, LeakyRelu"] = (Rows, x => x.Gelu() + x.Silu() + x.Relu() + x.LeakyRelu(0.2)),
        ["Sigmoid, Softplus, Tanh"] = (Rows, x => x.Sigmoid() + x.Softplus() + x.Tanh()),
        ["Sin, Cos, Sign"] = (Rows, x => x.Sin() + x.Cos() + x.Value.Sign()),
        ["Square, Sqrt, Pow"] = (Rows, x => x.Square().Sqrt() + x.Abs().Pow(1.7) + x.Abs().Pow(x) + x.Pow(3)),
        ["Max, Min, divisions"] = (Rows, x => Var.Max(x, x * 2) + Var.Min(x, -x) + (1 / (x.Square() + 1)) + Var.DivideOrZero(x, x.Relu())),
        ["Comparisons"] = (Rows, x => (x > 0.2) + ((x < 0.1) * 2) + ((x >= x.Abs()) * 4) + ((x <= -x) * 8)
            + Tensor.EqualTo(x.Value, x.Abs().Value)),
        ["Where"] = (Rows, x => Var.Where(x > 0, x, x * 3) + Var.Where(x, x.Exp(), 2)),
        ["Sum, Mean, extremes"] = (Rows, x => x.Sum([1]) + x.Mean([-2]) + x.Max([1]) + x.Min([1]) + x.Value.SumOfSquares([1])),
        ["Variance, norm"] = (Rows, x => x.Variance([2], keep: true) + x.NormPerSample().Reshape(-1, 1, 1)),
        ["Distance"] = (Rows, x => Var.Distance(x, x * 0.5) + Var.SquaredDistance(x, x.Tanh())),
        ["ArgMax, ArgMin"] = (Rows, x => new Var(x.ArgMax(2).Values) + x.ArgMin(-1, keep: true).Values.Squeeze(-1)),
        ["OneHot of ArgMax"] = (Rows, x => x.ArgMax(2).OneHot(6)),
        ["Gather of ArgMax"] = (Rows, x => new Var(Table(x, 4, 3)).Gather(0, x.ArgMax(1))),
        ["Gather of rows"] = (Rows, x => x.Gather(1, x.Value.Device.Indices(3, 0, 3))
            + x.Transpose().Gather(2, x.Value.Device.Indices(1)).Transpose()),
        ["ScatterAdd"] = (Rows, x => x.ScatterAdd(1, x.Value.Device.Indices(0, 2, 2, 1), 5)),
        ["TakeAlongAxis"] = (Rows, x => x.TakeAlongAxis(x.ArgMax(2, keep: true), 2) * x.TakeAlongAxis(x.ArgMin(1, keep: true), 1)),
        ["ScatterAddAlongAxis"] = (Rows, x => x.Sum([1], keep: true).ScatterAddAlongAxis(x.ArgMax(1, keep: true), 1, 5)),
        ["Reshape, Flatten, Squeeze, Unsqueeze"] = (Rows, x => x.Reshape(-1, 2, 12).Unsqueeze(2).Squeeze(2).Flatten()),
        ["Samples in one axis"] = (Rows, x => Var.Linear(x.Reshape(-1, 6), Table(x, 5, 6)).Reshape(-1, 4, 5)),
        ["Permute and Transpose"] = (Rows, x => x.Permute(0, 2, 1).Exp() + x.Transpose()),
        ["Batch in the middle"] = (Rows, x => (x.Permute(1, 0, 2).Exp().Reshape(4, -1, 2) * 2).Reshape(4, -1, 6).Permute(1, 2, 0)),
        ["Slice with a step, Flip"] = (Rows, x => x.Slice(2, 1, 3, 2) + x.Value.Flip(1, 2)[.., .., ..3] + x.Slice(2, 0, 3, 2).Exp()),
        ["Index"] = (Rows, x => x[.., ^1, 1..4] + x[.., 0][.., ..3] + x.Slice(2, 0, 3, 2)[.., 2]),
        ["Expand"] = (Rows, x => x.Mean([1], keep: true).Expand(x.Shape).Exp()),
        ["Expand of both"] = (Rows, x => x.Mean([1], keep: true).Expand(x.Shape) * x[.., ..1].Expand(x.Shape)),
        ["Expand and reduce"] = (Rows, x => x[.., ..1].Expand(x.Shape).Sum([1]) + x[.., ..1].Expand(x.Shape).Max([1])),
        ["Expand and multiply"] = (Rows, x => Var.MatMul(x[.., ..1].Expand([x.Shape[0], 3, 6]), Table(x, 6, 5))
            + Var.MatMul(Table(x, 3, 6), x[.., 0].Unsqueeze(-1).Expand([x.Shape[0], 6, 5]))),
        ["Expand and stay"] = (Rows, x => x[.., ..1].Expand(x.Shape)),
        ["Pad"] = (Rows, x => x.Pad(1, 1, 2).Pad(2, 0, 1)),
        ["Concat and Stack"] = (Rows, x => Var.Concat(2, x, x.Exp()) * Var.Stack(2, x, x, x)[.., .., 0, ..1]),
        ["Concat with what is known"] = (Rows, x => Var.Concat(1, Token(x, 2), x, Token(x, 1)).Exp()),
        ["Concat of what is known first"] = (Rows, x => Var.Concat(2, Var.Concat(2, Token(x, 4, 1), Token(x, 4, 1)), x)),
        ["MatMul"] = (Rows, x => Var.MatMul(Var.MatMul(x, x.Transpose()).Softmax(-1), x) + Var.MatMul(x, Table(x, 6, 6))
            + Var.MatMul(Table(x, 4, 4), x)),
        ["Softmax, LogSoftmax"] = (Rows, x => x.Softmax(1) + x.LogSoftmax(-1)),
        ["LayerNorm"] = (Rows, x => x.LayerNorm(Table(x, 6), Table(x, 6))),
        ["Pictures"] = (Image, x => Var.Conv2d(x, Table(x, 4, 3, 3, 2), new((2, 1), 1), Table(x, 4), Activation.Sigmoid)),
        ["Transposed convolution"] = (Image, x => Var.ConvTranspose2d(
            x, Table(x, 3, 5, 3, 2), [x.Shape[0], 5, 12, 9], new((2, 1), new(1, 0, 0, 0)), Table(x, 5), Activation.Relu)),
        ["Transposed convolution in groups"] = (Image, x => Var.ConvTranspose2d(
            x, Table(x, 3, 2, 2, 2), [x.Shape[0], 6, 12, 16], new(2, Groups: 3))),
        ["Pools"] = (Image, x => x.MaxPool2d(3, 2, 1) + x.AvgPool2d(3, 2, 1)),
        ["Mean of maps"] = (Image, x => x.Mean([2, 3])),
        ["Skip connection"] = (Image, x => Var.Concat(
            1, x, Var.ConvTranspose2d(x.MaxPool2d(2, 2), Table(x, 3, 4, 2, 2), [x.Shape[0], 4, 6, 8], new(2)))),
        ["Batch norm"] = (Image, x => x.BatchNorm(Table(x, 3), Table(x, 3), Table(x, 3), Table(x, 3).Square(), 1e-3, Activation.Relu)),
    };

    /// <summary>Operations that ONNX has no counterpart for, or that are no part of a forward pass.</summary>
    private static readonly Dictionary<string, (string Why, Func<Var, Var> Forward)> Refused = new()
    {
        ["Batch statistics"] = (
            "operations depend on how many", x => x.Reshape(-1, 6).BatchNorm(Table(x, 6), Table(x, 6), 1e-5, out _, out _)),
        ["Unslice with a step"] = ("expected a part without gaps, found", x => x.Unslice(2, 11, 0, 2)),
        ["Values read"] = ("values [] that depend on the input read on the way", x => x * x.Sum().Value.Item()),
        ["A part written over"] = ("results that are computed once, found part [", x => WrittenOver(x)),
        ["A part written over by numbers"] = ("results that are computed once, found part [", x => WrittenOver(x, known: true)),
        ["A formula of one's own"] = ("no operator is known for Half", x => x.Value.Map(default(Half))),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    private static Tensor Table(Var like, params int[] sizes) => like.Value.Device.From(
        [.. Enumerable.Range(0, Shape.Create(sizes).Count).Select(i => (float)Math.Cos((i * 1.9) + 0.4))], Shape.Create(sizes));

    private static Var Token(Var like, int rows, int width = 6) => Table(like, 1, rows, width).Expand([like.Shape[0], rows, width]);

    private static Tensor WrittenOver(Var x, bool known = false)
    {
        var y = (x * 2).Value;
        y[.., 0].CopyFrom(known ? x.Value.Device.Zeros([x.Shape[0], 6]) : x.Value[.., 1]);
        return y;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_is_written_and_read(string name)
    {
        var (sample, forward) = Operations[name];
        using var module = new Lambda(forward);
        AssertRoundTrip(module, folder["net.onnx"], Shape.Create(sample));
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void What_cannot_be_written_is_refused_by_name(string name)
    {
        var (why, forward) = Refused[name];
        using var module = new Lambda(forward);
        var e = Assert.Throws<InputException>(() => OnnxExport.Save(module, folder["net.onnx"], Shape.Create(Rows)));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["net.onnx"]));
    }

    /// <summary>The module, ONNX Runtime and what is read agree, for three sizes of the batch.</summary>
    internal static void AssertRoundTrip(Module module, string path, Shape sample, Func<Shape, float[]>? draw = null)
    {
        draw ??= shape => [.. Enumerable.Range(0, shape.Count).Select(i => (float)(1.3 * Math.Sin((i * 0.7) + 0.3)))];
        OnnxExport.Save(module, path, sample);
        module.Eval();
        using var network = OnnxImport.Read(Device.Cpu, path);
        Assert.Equal(sample, network.Input);
        foreach (int batch in (int[])[1, 5, 11])
        {
            using var scope = new Memory.Scope();
            using var noGrad = new NoGrad();
            Shape shape = [batch, .. sample.Sizes];
            float[] values = draw(shape);
            var expected = module.Forward(Device.Cpu.From(values, shape));
            var found = network.Forward(Device.Cpu.From(values, shape))[0];
            float[] theirs = Expected(path, "input", shape, values, "output")[0];
            Assert.Equal(expected.Shape, found.Shape);
            Near(expected.Value.ToArray(), theirs);
            Near(expected.Value.ToArray(), found.Value.ToArray());
        }
    }

    /// <summary>To 1e-6 of the greatest, and a few units in the last place of what cancels.</summary>
    private static void Near(float[] expected, float[] found)
    {
        float most = Math.Max(1, expected.Max(MathF.Abs));
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 2e-6f * most));
    }

    private readonly struct Half : IUnary
    {
        public T Invoke<T>(T x) where T : struct, Lanes.ILane<T> => x * T.Create(0.5f);

        public double Exact(double x) => x / 2;
    }
}
