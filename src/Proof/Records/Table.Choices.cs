using LisNative.Formulas;
using LisNative.Proof.Ulp;

namespace LisNative.Proof.Records;

public static partial class Table
{
    /// <summary>Comparisons and what is chosen by them, powers, sine and cosine.</summary>
    private static IEnumerable<OperationRecord> Choices()
    {
        yield return Unary("sin", x => x.Sin()) with { Ulp = UlpSurvey.Function.Create("sin", default(Sin), 2) };
        yield return Unary("cos", x => x.Cos()) with { Ulp = UlpSurvey.Function.Create("cos", default(Cos), 2) };
        foreach (int p in new[] { 0, 1, 2, 3, -1 })
        {
            yield return Unary($"pow {p}", x => x.Pow(p), p < 0 ? Domain.Positive : Domain.Normal);
        }

        foreach (double p in new[] { 0.5, -0.3, 2.7 })
        {
            yield return Transcendental($"pow {p}", x => x.Pow(p), new PowerOf(p), Domain.Positive);
        }

        Shape[][] refuses = [[[2, 3], [2, 4]], [[5], [4]]];
        foreach (var (name, f, domain) in new (string, Func<Var, Var, Var>, Domain)[]
        {
            ("pow", (a, b) => a.Pow(b), Domain.Positive),
            ("min", Var.Min, Domain.Normal),
            ("where", (a, b) => Var.Where(a > -0.25, a, b), Domain.Normal),
            ("where either", (a, b) => Var.Where(b <= a, a.Square(), b * 2), Domain.Normal),
            ("greater", (a, b) => (a * (a > b)) + (b * (a < b)), Domain.Normal),
            ("greater_or_equal", (a, b) => (a * (a >= b)) + (b * (a <= b)), Domain.Normal),
            ("equal", (a, b) => Var.Where(Tensor.EqualTo(a.Value, b.Value), a, 2), Domain.Normal),
        })
        {
            yield return new(name, x => f(x[0], x[1]), new([3, 5, 7], domain), A(3, 5, 7)) { IsElementwise = true, Refuses = refuses };
            yield return new($"{name} broadcast", x => f(x[0], x[1]), new([4, 1, 6], domain), A(2, 4, 3, 1));
        }

        yield return new("where of three", x => Var.Where(x[0] > 0, x[1], x[2]), A(4, 1, 3), A(2, 1, 5, 1), A(3))
        { Refuses = [[[2], [3], [3]]] };
        yield return new("variance", x => x[0].Variance([1], keep: true), A(3, 6, 2))
        { Magnitude = x => x[0].Square().Sum([1], keep: true) };
        yield return new("variance of all", x => x[0].Variance(correction: 0), A(3, 6))
        { Magnitude = x => x[0].Square().Sum(), Refuses = [[[0]]] };
        foreach (int[] axes in new int[][] { [], [0], [1], [2], [0, 2] })
        {
            string name = $"[{string.Join(", ", axes)}]";
            yield return new($"max {name}", x => x[0].Max(axes), A(3, 4, 5));
            yield return new($"min {name} keep", x => x[0].Min(axes, keep: true), A(3, 4, 5));
        }

        yield return new("max of equals", x => x[0].Expand([4, 3]).Max([0]), A(1, 3));
        foreach (int axis in new[] { 0, 1, -1 })
        {
            yield return new($"argmax {axis}", x => x[0].Sum() * x[0].ArgMax(axis).Values, A(7, 3, 5)) { Magnitude = x => x[0].Sum() * 6 };
            yield return new($"argmin {axis} keep", x => x[0] * x[0].ArgMin(axis, keep: true).Values, A(7, 3, 5));
        }
    }

    /// <summary>Views, joins, and positions that numbers on the device say.</summary>
    private static IEnumerable<OperationRecord> Positions()
    {
        yield return new("index", x => x[0][1, 2..4], A(2, 4, 3)) { Refuses = [[[2, 3, 3]], [[2]]] };
        yield return new("index from the end", x => x[0][.., ^1], A(2, 4, 3));
        yield return new("index to a number", x => x[0][^1, 0], A(2, 4));
        yield return new("index nothing", x => x[0][1..1], A(2, 4));
        yield return new("stack", x => Var.Stack(1, x), A(2, 3), A(2, 3), A(2, 3)) { Refuses = [[[2, 3], [3, 2], [2, 3]]] };
        yield return new("stack numbers", x => Var.Stack(-1, x), A(), A());
        yield return new("unsqueeze", x => x[0].Unsqueeze(-1).Unsqueeze(1), A(2, 3));
        yield return new("squeeze", x => x[0].Squeeze(0, 2), A(1, 3, 1, 1)) { Refuses = [[[1, 3, 2, 1]]] };
        yield return new("squeeze all", x => x[0].Squeeze(), A(1, 3, 1));
        foreach (int axis in new[] { 0, 1, -1 })
        {
            yield return new($"gather axis {axis}", x => x[0].Gather(axis, Indices(x[0], [2, 3])), A(4, 3, 5)) { Refuses = [[[2, 1, 1]]] };
        }

        yield return new("gather wide rows", x => x[0].Gather(0, Indices(x[0], [70])), A(3, 600));
        yield return new("gather no numbers", x => x[0].Gather(1, Indices(x[0], [0])), A(4, 3));
        yield return new("gather one number", x => x[0].Gather(0, Indices(x[0], [])), A(4, 3)) { Refuses = [[[]]] };
        yield return new("scatter_add axis 0", x => x[0].ScatterAdd(0, Indices(x[0], [2, 3]), 4), A(2, 3, 5)) { Refuses = [[[2, 4, 5]]] };
        yield return SumOfProducts("scatter_add axis 1", x => x[0].ScatterAdd(1, Indices(x[0], [70]), 5), A(2, 70, 40));
        foreach (int axis in new[] { 0, 1, -1 })
        {
            Shape shape = axis == 0 ? [7, 3, 5] : axis == 1 ? [4, 7, 5] : [4, 3, 7];
            yield return new($"take_along_axis {axis}", x => x[0].TakeAlongAxis(Indices(x[0], shape), axis), A(4, 3, 5))
            { Refuses = [[[4, 3]], [[9, 9, 9]]] };
        }

        yield return new("take_along_axis of best", x => x[0].TakeAlongAxis(x[0].ArgMax(1, keep: true), 1), A(4, 9));
        yield return new("one_hot", x => x[0] * Indices(x[0], [2, 3]).OneHot(4), A(4));
    }

    /// <summary>The numbers 2, 0, 1, 2, 0, 1, … on an argument's device: outside what is recorded, as numbers of the host are.</summary>
    private static IndexTensor Indices(Var like, Shape shape)
    {
        IndexTensor? result = null;
        Capture.WithoutRecording(() => result = like.Value.Device.Indices(
            [.. Enumerable.Range(0, shape.Count).Select(i => (2 * (i + 1)) % 3)], shape));
        return result!;
    }

    private static IEnumerable<OperationRecord> Losses()
    {
        yield return new("cross_entropy", x => Layers.Losses.CrossEntropy(x[0], Indices(x[0], [7])), A(7, 5))
        { Magnitude = x => x[0].Mean() + 4, Refuses = [[[6, 5]], [[7, 2]], [[7]]] };
        yield return new("huber", x => Layers.Losses.Huber(x[0], x[1], 0.6), A(4, 5), A(4, 5)) { Refuses = [[[4], [5]]] };
        yield return new("kl_div", x => Layers.Losses.KullbackLeibler(x[0], x[1]), A(4, 5), P(4, 5))
        { Magnitude = x => ((x[0] + 2) * (x[1] + 1)).Sum(), Refuses = [[[4], [5]], [[], []]] };
    }
}
