namespace LisNative.Tests.Operations;

/// <summary>Choices, powers and extremes at the places where a formula alone would be wrong.</summary>
public class ChoiceTests
{
    public static TheoryData<string> Devices => ["cpu", "reference"];

    private static Device On(string name) => name == "cpu" ? Device.Cpu : Device.Reference;

    [Theory, MemberData(nameof(Devices))]
    public void What_is_not_taken_has_no_influence(string device)
    {
        Var x = Var.Leaf(On(device).From(new[] { 0, 4, double.PositiveInfinity }));
        var y = Var.Where(x > 0, x.Log(), -1);
        Assert.Equal([-1, Math.Log(4), double.PositiveInfinity], y.Value.ToArray<double>(), (a, b) => a == b || Math.Abs(a - b) < 1e-6);
        Assert.Equal([double.NaN, 0.25, 0], Gradient.Compute(y.Sum(), [x])[0].Value.ToArray<double>());      // 0/0, as PyTorch has it
        Var z = Var.Where(x > 0, x, 1).Log();
        Assert.Equal([0, 0.25, 0], Gradient.Compute(z.Sum(), [x])[0].Value.ToArray<double>());
        var kept = Tensor.Where(On(device).From(new[] { 0.0, 1 }), On(device).Full([2], -0.0), On(device).Full([2], -0.0));
        Assert.All(kept.ToArray(), v => Assert.True(float.IsNegative(v)));
    }

    [Theory, MemberData(nameof(Devices))]
    public void Comparisons_of_NaN_do_not_hold(string device)
    {
        Tensor x = On(device).From(new[] { 1, 2, double.NaN }), y = On(device).From(new[] { 1, 1, double.NaN });
        Assert.Equal([0, 1, 0], (x > y).ToArray());
        Assert.Equal([0, 0, 0], (x < y).ToArray());
        Assert.Equal([1, 1, 0], (x >= y).ToArray());
        Assert.Equal([1, 0, 0], (x <= y).ToArray());
        Assert.Equal([1, 0, 0], Tensor.EqualTo(x, y).ToArray());
        Assert.Equal([0, 1, 0], (x > 1.5).ToArray());
        Assert.Equal([1, 0, 0], (x <= 1).ToArray());
    }

    /// <summary>What PyTorch gives.</summary>
    [Theory]
    [InlineData(0, 2, 0, 0)]
    [InlineData(0, 1, 1, 0)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(3, 0, 0, 1.0986122886681098)]
    [InlineData(-2, 3, 12, double.NaN)]
    [InlineData(0, 0.5, double.PositiveInfinity, 0)]
    public void Powers_have_gradients_at_zero(double x, double p, double byBase, double byExponent)
    {
        Var a = Var.Leaf(Device.Reference.Full([], x)), b = Var.Leaf(Device.Reference.Full([], p));
        Var[] both = Gradient.Compute(a.Pow(b), [a, b]);
        Assert.Equal(byBase, both[0].Value.Item(), 12);
        Assert.Equal(byExponent, both[1].Value.Item(), 12);
        Assert.Equal(byBase, Gradient.Compute(a.Pow(p), [a])[0].Value.Item(), 12);
    }

    [Theory, MemberData(nameof(Devices))]
    public void Equal_extremes_share_the_gradient_and_the_first_is_found(string device)
    {
        Var x = Var.Leaf(On(device).From(new double[,] { { 1, 3, 3, 2 }, { -1, -1, -2, -2 } }));
        Assert.Equal([0, 0.5f, 0.5f, 0, 0.5f, 0.5f, 0, 0], Gradient.Compute(x.Max([1]).Sum(), [x])[0].Value.ToArray());
        Assert.Equal([1, 0, 0, 0, 0, 0, 0.5f, 0.5f], Gradient.Compute(x.Min([-1], keep: true).Sum(), [x])[0].Value.ToArray());
        Assert.Equal([1, 0], x.ArgMax(1).ToArray());
        Assert.Equal([0, 2], x.ArgMin(1).ToArray());
        Assert.Equal([0, 0, 0, 0], x.ArgMax(0).ToArray());
        using var kept = x.ArgMax(0, keep: true);
        Assert.Equal([1, 4], kept.Shape);
        Assert.Equal([2, 0], On(device).From(new[,] { { 1, 9, double.NaN, double.NaN }, { double.NegativeInfinity, 0, 0, 0 } })
            .ArgMin(1).ToArray());
    }

    [Fact]
    public void An_angle_of_which_nothing_is_left_is_no_number()
    {
        var x = Device.Cpu.From(new[] { 2e5f, -2e5f, float.PositiveInfinity, float.NaN });
        Assert.All(x.Sin().ToArray(), v => Assert.True(float.IsNaN(v)));
        Assert.Equal(-1, Device.Cpu.Full([], Math.PI).Cos().Item());
    }

    [Fact]
    public void The_variance_is_that_of_the_definition()
    {
        Var x = Device.Cpu.From(new float[,] { { 1, 2, 3, 6 }, { 5, 5, 5, 5 } });
        Assert.Equal([14 / 3f, 0], x.Variance([1]).Value.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([3.5f, 0], x.Variance([1], correction: 0).Value.ToArray());
    }
}
