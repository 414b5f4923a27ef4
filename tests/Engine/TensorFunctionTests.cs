using LisNative.Memory;

namespace LisNative.Tests.Engine;

/// <summary>
/// Operators and named functions of tensors, and numbers before variables: each is what its name says, on numbers where they differ.
/// </summary>
public class TensorFunctionTests
{
    private static readonly double[] A = [0.5, 2, 1.5, 0.25], B = [4, -3, 1.5, 0];

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>, Func<double, double, double>> Elementwise => new()
    {
        { "a + b", (a, b) => a + b, (a, b) => a + b },
        { "a + 3", (a, _) => a + 3, (a, _) => a + 3 },
        { "3 + a", (a, _) => 3 + a, (a, _) => a + 3 },
        { "a - b", (a, b) => a - b, (a, b) => a - b },
        { "a - 3", (a, _) => a - 3, (a, _) => a - 3 },
        { "3 - a", (a, _) => 3 - a, (a, _) => 3 - a },
        { "-a", (a, _) => -a, (a, _) => -a },
        { "a * b", (a, b) => a * b, (a, b) => a * b },
        { "a * 3", (a, _) => a * 3, (a, _) => a * 3 },
        { "3 * a", (a, _) => 3 * a, (a, _) => a * 3 },
        { "b / a", (a, b) => b / a, (a, b) => b / a },
        { "a / 4", (a, _) => a / 4, (a, _) => a / 4 },
        { "3 / a", (a, _) => 3 / a, (a, _) => 3 / a },
        { "affine", (a, _) => a.Affine(2, -1), (a, _) => (2 * a) - 1 },
        { "abs", (_, b) => b.Abs(), (_, b) => Math.Abs(b) },
        { "clamp", (_, b) => b.Clamp(-1, 2), (_, b) => Math.Clamp(b, -1, 2) },
        { "exp", (_, b) => b.Exp(), (_, b) => Math.Exp(b) },
        { "expm1", (_, b) => b.Expm1(), (_, b) => Math.Exp(b) - 1 },
        { "leaky relu", (_, b) => b.LeakyRelu(0.1), (_, b) => b < 0 ? 0.1 * b : b },
        { "log", (a, _) => a.Log(), (a, _) => Math.Log(a) },
        { "log1p", (a, _) => a.Log1p(), (a, _) => Math.Log(1 + a) },
        { "sigmoid", (_, b) => b.Sigmoid(), (_, b) => 1 / (1 + Math.Exp(-b)) },
        { "sign", (_, b) => b.Sign(), (_, b) => Math.Sign(b) },
        { "softplus", (_, b) => b.Softplus(), (_, b) => Math.Log(1 + Math.Exp(b)) },
        { "sqrt", (a, _) => a.Sqrt(), (a, _) => Math.Sqrt(a) },
        { "square", (_, b) => b.Square(), (_, b) => b * b },
        { "tanh", (_, b) => b.Tanh(), (_, b) => Math.Tanh(b) },
        { "max", Tensor.Max, Math.Max },
        { "greater than", Tensor.GreaterThan, (a, b) => a > b ? 1 : 0 },
        { "divide or zero", Tensor.DivideOrZero, (a, b) => b == 0 ? 0 : a / b },
        { "var: 3 + a", (a, _) => (3 + (Var)a).Value, (a, _) => 3 + a },
        { "var: 3 / a", (a, _) => (3 / (Var)a).Value, (a, _) => 3 / a },
    };

    [Theory]
    [MemberData(nameof(Elementwise), DisableDiscoveryEnumeration = true)]
    public void Functions_of_elements(string name, Func<Tensor, Tensor, Tensor> function, Func<double, double, double> expected)
    {
        using var scope = new Scope();
        Tensor a = Device.Reference.From(A, [4]), b = Device.Reference.From(B, [4]);
        var values = function(a, b).ToArray<double>();
        Assert.All(values, (y, i) => Assert.True(Math.Abs(y - expected(A[i], B[i])) <= 1e-14, $"{name}: {y} at {A[i]}, {B[i]}"));
    }

    [Fact]
    public void Functions_over_axes()
    {
        using var scope = new Scope();
        var x = Device.Reference.From([1.0, -2, 3, 4, 5, -7], [2, 3]);
        Assert.Equal([2.0, 2], x.Sum([1]).ToArray<double>());
        Assert.Equal([2.5, 1.5, -2], x.Mean([0]).ToArray<double>());
        Assert.Equal((4.0, 104.0, 5.0), (x.Sum().Item(), x.SumOfSquares().Item(), x.Max().Item()));
        Assert.Equal([2, 1], x.Max([1], keep: true).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.LeakyRelu(-1));
    }

    [Fact]
    public void A_number_over_a_variable_has_its_gradient()
    {
        using var scope = new Scope();
        var x = Var.Leaf(Device.Reference.From([4.0], [1]));
        Assert.Equal(-3.0 / 16, Gradient.Compute(3 / x, [x])[0].Value.Item());
        Assert.Equal(1, Gradient.Compute(3 + x, [x])[0].Value.Item());
    }
}
