using LisNative.Memory;

namespace LisNative.Tests.Engine;

public class GradientTests
{
    private static Var Leaf(params double[] values) => Var.Leaf(Device.Reference.From(values, [values.Length]));

    [Fact]
    public void Depth_costs_nothing()
    {
        using var scope = new Scope();
        var x = Leaf(1);
        var y = x;
        for (int i = 0; i < 100_000; i++)
        {
            y = y + 1e-5;
        }

        Assert.Equal(1, Gradient.Of(y, [x])[0].Value.Item());
    }

    [Fact]
    public void Shared_arguments_add_up()
    {
        using var scope = new Scope();
        var x = Leaf(3);
        var y = (x * x) + x + (x * 2);
        Assert.Equal(9, Gradient.Of(y, [x])[0].Value.Item());
    }

    [Fact]
    public void Third_derivatives_work()
    {
        using var scope = new Scope();
        var x = Leaf(0.3);
        var first = Gradient.Of(x.Tanh(), [x], differentiable: true)[0];
        var second = Gradient.Of(first, [x], differentiable: true)[0];
        double third = Gradient.Of(second, [x])[0].Value.Item(), t = Math.Tanh(0.3);
        Assert.Equal((1 - (t * t)) * ((6 * t * t) - 2), third, 1e-12);
    }

    [Fact]
    public void What_is_independent_has_gradient_zero()
    {
        using var scope = new Scope();
        Var x = Leaf(1, 2), z = Leaf(5);
        Assert.Equal([0.0, 0.0], Gradient.Of(z.Square(), [x])[0].Value.ToArray<double>());
    }

    [Fact]
    public void Nothing_is_computed_for_what_is_frozen_or_not_asked_for()
    {
        using var scope = new Scope();
        int calls = 0;
        Var frozen = Device.Reference.Full([1], 2), unasked = Leaf(3), x = Leaf(4);
        Var Probe(Var v) => new Var(v.Value.Share()).From((v, dy =>
        {
            calls++;
            return dy;
        }
        ));
        Gradient.Of(Probe(frozen) * Probe(unasked) * x, [x]);
        Assert.Equal(0, calls);
    }

    [Fact]
    public void Release_keeps_the_result_and_the_leaves()
    {
        using var scope = new Scope();
        var x = Leaf(2);
        var middle = x.Square();
        var y = middle.Exp();
        Gradient.Of(y, [x], release: true);
        Assert.Equal(Math.Exp(4), y.Value.Item());
        Assert.Equal(2, x.Value.Item());
        Assert.Throws<ObjectDisposedException>(() => middle.Value.Item());
    }

    [Fact]
    public void Several_outputs_need_an_upstream()
    {
        using var scope = new Scope();
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => Gradient.Of(Leaf(1, 2), [Leaf(1)])).Message, StringComparison.Ordinal);
    }
}
