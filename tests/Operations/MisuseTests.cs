using LisNative.Layers;
using LisNative.Memory;

namespace LisNative.Tests.Operations;

/// <summary>What people get wrong is answered by a sentence that names it.</summary>
public class MisuseTests
{
    private static readonly Var X = Var.Leaf(Device.Cpu.From(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }));
    private static readonly Tensor Elsewhere = Device.Reference.Zeros([2, 3]);

    private static readonly Dictionary<string, (Action Action, string Sentence)> Trials = new()
    {
        ["sizes that differ"] = (() => _ = X + Zeros(2, 4),
            "Add: [2, 3] and [2, 4] differ in axis 1 (3 against 4); expected equal sizes there, or 1"),
        ["a condition of another size"] = (() => Var.Where(Zeros(4), X, X), "Where: condition [4], [2, 3] and [2, 3]: expected"),
        ["a product of batches"] = (() => Var.MatMul(Zeros(2, 3, 4), Zeros(3, 4, 5)),
            "MatMul: [2, 3, 4] times [3, 4, 5]: expected leading axes that are equal or 1"),
        ["another number of elements"] = (() => X.Reshape(-1, 4), "Reshape: [2, 3] has 6 elements, which [-1, 4] does not hold"),
        ["two open sizes"] = (() => X.Reshape(-1, -1), "Reshape: [2, 3] to [-1, -1]: expected sizes, of which one may be -1"),
        ["no such axis"] = (() => X.Sum([2]), "Axis: [2, 3] has no axis 2; expected -2 to 1"),
        ["no axis at all"] = (() => X.Sum().Softmax(0), "Axis: [] has no axis 0; it is a single number"),
        ["no such position"] = (() => _ = X[5], "Index: 5 leaves axis 0 of [2, 3], which has 2 positions"),
        ["a negative position"] = (() => _ = X[-1], "Index: position -1 is negative; ^1 counts from the end"),
        ["a range too far"] = (() => _ = X[.., 1..9], "Index: 1..9 leaves axis 1 of [2, 3], which has 3 positions"),
        ["a range backwards"] = (() => _ = X[.., 2..1], "Index: 2..1 leaves axis 1"),
        ["too many positions"] = (() => _ = X[0, 0, 0], "Index: 3 places for [2, 3], which has 2 axes"),
        ["no such row"] = (() => X.Gather([0, 2]), "Gather: there is no row 2 among 2 (tensor [2, 3])"),
        ["no such index"] = (() => X.Gather(1, Device.Cpu.Indices(0, 3)), "Gather: index 3 (number 1) is no position of axis 1 of [2, 3]"),
        ["a negative index"] = (() => Device.Cpu.Indices(0, -3), "Indices: -3 (number 1) is no index; expected 0 to 16,777,216"),
        ["an index that floats cannot hold"] = (() => Device.Cpu.Indices(20_000_000), "Indices: 20000000 (number 0) is no index"),
        ["sums of other sizes"] = (() => X.ScatterAdd(0, Device.Cpu.Indices(0, 1, 2), 3),
            "ScatterAdd: [2, 3] from axis 0 on for indices [3]"),
        ["indices along an axis"] = (() => X.TakeAlongAxis(Device.Cpu.Indices(0, 1), 1),
            "TakeAlongAxis: [2, 3] by indices [2]: expected as many axes, of the same sizes but along axis 1"),
        ["an index that leaves its line"] = (() => X.TakeAlongAxis(Device.Cpu.Indices([0, 3], [2, 1]), 1),
            "TakeAlongAxis: index 3 (number 1) is no position of axis 1 of [2, 3]"),
        ["a loss of no parameter"] = (() => new Sgd([new Parameter(Zeros(2))], 1).Minimise(X.Detach().Sum()),
            "Minimise: expected a loss that was computed from one of the 1 parameters, found one of none"),
        ["a label that is no number"] = (() => LossOfNaN(), "Minimise: expected a finite loss, found NaN; a sample or a label"),
        ["an axis twice"] = (() => X.Sum([0, -2]), "axis 0 of [2, 3] is named twice; expected each once"),
        ["a negative rate"] = (() => _ = new Sgd([new Parameter(Zeros(2))], -1),
            "Optimiser: expected LearningRate of at least 0, found -1"),
        ["no number as a rate"] = (() => _ = new Sgd([new Parameter(Zeros(2))], double.NaN), "Optimiser: expected LearningRate"),
        ["a negative slope"] = (() => X.LeakyRelu(-0.1), "LeakyRelu: expected slope of at least 0, found -0.1"),
        ["an empty batch"] = (() => _ = new DataLoader<int>(Device.Cpu, [1], new float[2], new int[2], batch: 0),
            "DataLoader: expected batch of at least 1, found 0"),
        ["a negative border"] = (() => X.Pad(0, -1, 0), "Pad: expected before of at least 0, found -1"),
        ["two devices"] = (() => _ = X + Elsewhere, "Add: a tensor [2, 3] is on reference, the first on cpu; expected one device"),
        ["two devices joined"] = (() => Var.Concat(0, X, Elsewhere), "Copy: a tensor [2, 3] is on reference"),
        ["a disposed tensor"] = (() => _ = Disposed() + 1, "Tensor [2, 2] on cpu was disposed"),
        ["a tensor of another thread's scope"] = (() => _ = OfAnotherThread() + 1,
            "Tensor [2, 2] on cpu was disposed; the scope in which it was made has ended"),
        ["a value on the way that was overwritten"] = (() => OfOverwritten(), "Gradient: a value on the way, [2, 3] was changed after"),
        ["whole numbers for values"] = (() => Device.Cpu.From((Array)new[] { 1 }),
            "From: an array of Int32; expected float or double; Indices"),
        ["too few values"] = (() => Device.Cpu.From(new float[5], [2, 3]), "From: 5 values for shape [2, 3], which has 6"),
        ["another number of axes"] = (() => X[0].Value.ToArray2D(), "ToArray2D: [3] has 1 axes"),
        ["a label that is no class"] = (() => Losses.CrossEntropy(X, [0, 3]),
            "CrossEntropy: label 3 of sample 1 is no class; expected 0 to 2"),
        ["a negative label"] = (() => Losses.CrossEntropy(X, [-1, 0]), "CrossEntropy: label -1 of sample 0 is no class"),
        ["a label too large on the device"] = (() => Losses.CrossEntropy(X, Device.Cpu.Indices(0, 7)),
            "CrossEntropy: index 7 (number 1) is no position of axis 1 of [2, 3]"),
        ["too few labels"] = (() => Losses.CrossEntropy(X, [0]), "CrossEntropy: logits [2, 3] and labels [1]: expected [batch, classes]"),
        ["targets of another shape"] = (() => Losses.MeanSquaredError(X, Zeros(2, 1)), "MeanSquaredError: [2, 3] and [2, 1]: expected one"),
        ["a single number as samples"] = (() => X.Sum().Flatten(), "Flatten: [] is a single number; expected samples"),
        ["an axis that is not 1"] = (() => X.Squeeze(0), "Squeeze: axis 0 of [2, 3] has size 2; expected 1"),
        ["no place for an axis"] = (() => X.Unsqueeze(4), "Unsqueeze: [2, 3] has no place for an axis 4; expected -3 to 2"),
        ["nothing to join"] = (() => Var.Stack(0), "Concat: nothing to join"),
        ["an extreme of nothing"] = (() => Zeros(2, 0).ArgMax(1), "ArgMax, ArgMin: axis 1 of [2, 0]"),
        ["the variance of one"] = (() => X[0, 0].Variance(), "Variance: 1 element of [] for a correction of 1"),
        ["a rule of another shape"] = (() => Gradient.Compute(Var.Custom(X.Value.Sum(), (X, dy => dy)), [X]),
            "Gradient: a rule gave [] for an argument [2, 3]"),
    };

    public static TheoryData<string> Names => [.. Trials.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_sentence_says(string name)
    {
        using var scope = new Scope();
        var (action, sentence) = Trials[name];
        Assert.StartsWith(sentence, Assert.ThrowsAny<Exception>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_rule_is_found_with_its_place()
    {
        static Var Cube(Var x, double factor) => Var.Custom(x.Value * x.Value * x.Value, (x, dy => dy * factor * x.Square()));
        Tensor at = Device.Reference.From(new[,] { { 0.5, -2 } });
        Assert.InRange(GradientCheck.Of(x => Cube(x[0], 3) * x[1], at, at), 0, 1e-8);
        Assert.InRange(GradientCheck.Of(x => Cube(x[0], 3), Device.Cpu.From(new[] { 0.5, -2 })), 1e-9, 1e-2);
        var e = Assert.Throws<InvalidOperationException>(() => GradientCheck.Of(x => x[1] + Cube(x[0], 2), at, at));
        Assert.StartsWith("GradientCheck: the gradient of input 0 [1, 2] at [0, 1]: ", e.Message, StringComparison.Ordinal);
        Var c = Var.Leaf(Device.Reference.Full([], 2));
        var first = Gradient.Compute(Cube(c, 3), [c], differentiable: true)[0];
        Assert.Equal(12, Gradient.Compute(first, [c])[0].Value.Item());
    }

    private static Tensor Zeros(params int[] shape) => Device.Cpu.Zeros(shape);

    private static Tensor Disposed()
    {
        var x = Zeros(2, 2);
        x.Dispose();
        return x;
    }

    private static void LossOfNaN()
    {
        var w = new Parameter(Device.Cpu.Zeros([2, 1]));
        new Sgd([w], 1).Minimise(Losses.BinaryCrossEntropyWithLogits(w.Value, Device.Cpu.Full([2, 1], double.NaN)));
    }

    private static void OfOverwritten()
    {
        var leaf = Var.Leaf(Device.Cpu.Full([2, 3], 1));
        var square = leaf.Square();
        var y = square.Exp().Sum();
        square.Value.CopyFrom(leaf.Value * 3);
        Gradient.Compute(y, [leaf]);
    }

    private static Tensor OfAnotherThread()
    {
        Tensor? x = null;
        var thread = new Thread(() =>
        {
            using var scope = new Scope();
            x = Zeros(2, 2);
        });
        thread.Start();
        thread.Join();
        return x!;
    }
}
