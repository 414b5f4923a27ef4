using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;
using LisNative.Tests.Proof;

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

        Assert.Equal(1, Gradient.Compute(y, [x])[0].Value.Item());
    }

    [Fact]
    public void What_a_sweep_has_given_back_says_so_and_its_detached_value_stays()
    {
        var x = Leaf(0.3);
        Var inner = x.Tanh(), kept = inner.Detach();
        Gradient.Compute(inner.Square().Sum(), [x], release: true);
        Assert.Equal(Math.Tanh(0.3), kept.Value.Item(), 1e-6);
        var e = Assert.Throws<ObjectDisposedException>(() => inner.Value.Item());
        Assert.Contains("as Minimise does, gave it back", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_arguments_add_up()
    {
        using var scope = new Scope();
        var x = Leaf(3);
        var y = (x * x) + x + (x * 2);
        Assert.Equal(9, Gradient.Compute(y, [x])[0].Value.Item());
    }

    [Fact]
    public void Third_derivatives_work()
    {
        using var scope = new Scope();
        var x = Leaf(0.3);
        var first = Gradient.Compute(x.Tanh(), [x], differentiable: true)[0];
        var second = Gradient.Compute(first, [x], differentiable: true)[0];
        double third = Gradient.Compute(second, [x])[0].Value.Item(), t = Math.Tanh(0.3);
        Assert.Equal((1 - (t * t)) * ((6 * t * t) - 2), third, 1e-12);
    }

    [Fact]
    public void What_is_independent_has_gradient_zero()
    {
        using var scope = new Scope();
        Var x = Leaf(1, 2), z = Leaf(5);
        Assert.Equal([0.0, 0.0], Gradient.Compute(z.Square(), [x])[0].Value.ToArray<double>());
    }

    [Fact]
    public void What_is_detached_is_a_constant()
    {
        using var scope = new Scope();
        var x = Leaf(3);
        Assert.False(x.Detach().NeedsGradient);
        Assert.Equal([3.0], Gradient.Compute(x * x.Detach(), [x])[0].Value.ToArray<double>());
    }

    /// <summary>
    /// A scope ends where it was begun: an inner one leaves an outer one, an exception ends both, and other threads never knew.
    /// </summary>
    [Fact]
    public void Without_gradients_nothing_is_recorded_until_the_outermost_scope_of_the_thread_ends()
    {
        using var scope = new Scope();
        var x = Leaf(3);
        bool Records() => x.Square().NeedsGradient;
        try
        {
            using var outer = new NoGrad();
            using (new NoGrad())
            {
                Assert.False(Records());
            }

            Assert.False(Records());
            bool other = false;
            var thread = new Thread(() => other = Records());
            thread.Start();
            thread.Join();
            Assert.True(other);
            throw new InvalidOperationException();
        }
        catch (InvalidOperationException)
        {
            Assert.True(Records());
        }
    }

    [Fact]
    public void Nothing_is_computed_for_what_is_frozen_or_not_asked_for()
    {
        using var scope = new Scope();
        int calls = 0;
        Var frozen = Device.Reference.Full([1], 2), unasked = Leaf(3), x = Leaf(4);
        Var Probe(Var v) => new Var(v.Value.Alias()).WithEdges((v, dy =>
        {
            calls++;
            return dy;
        }
        ));
        Gradient.Compute(Probe(frozen) * Probe(unasked) * x, [x]);
        Assert.Equal(0, calls);
    }

    [Fact]
    public void Release_keeps_the_result_and_the_leaves()
    {
        using var scope = new Scope();
        var x = Leaf(2);
        var middle = x.Square();
        var y = middle.Exp();
        Gradient.Compute(y, [x], release: true);
        Assert.Equal(Math.Exp(4), y.Value.Item());
        Assert.Equal(2, x.Value.Item());
        Assert.Throws<ObjectDisposedException>(() => middle.Value.Item());
    }

    /// <summary>
    /// A gradient that passes a LeakyReLU may be written over that LeakyReLU's output: one image and several, few channels and many,
    /// strides, dilation, both kinds of convolution; and not where somebody else reads the output, by an operation of its own or through a
    /// view.
    /// </summary>
    [Theory]
    [InlineData(3, 5, 20, 3, 1, 1, 1)]
    [InlineData(1, 20, 3, 3, 1, 1, 1)]
    [InlineData(3, 16, 33, 3, 1, 2, 2)]
    [InlineData(2, 16, 16, 4, 2, 1, 1)]
    [InlineData(2, 3, 2, 1, 1, 0, 1)]
    public void Released_values_are_overwritten_only_when_nobody_reads_them(
        int images, int channels, int outputs, int kernel, int stride, int padding, int dilation)
    {
        var (device, g) = (Backends.Get("cpu"), new ConvGeometry(stride, padding, dilation));
        Tensor Filled(Shape shape) => device.From(Enumerable.Range(0, shape.Count).Select(i => MathF.Sin(1 + (i * 0.7f))).ToArray(), shape);
        foreach (string kind in new[] { "convolution", "transposed", "read twice", "viewed" })
        {
            using var scope = new Scope();
            Var image = Filled([images, 4, 9, 9]), first = Var.Leaf(Filled([channels, 4, 3, 3]));
            var second = Var.Leaf(Filled(kind == "transposed" ? [channels, outputs, kernel, kernel] : [outputs, channels, kernel, kernel]));
            int side = kind == "transposed" ? g.Down.TransposedOutput(9, kernel) : 0;
            float[][] Gradients(bool release)
            {
                var hidden = Var.Conv2d(image, first, new(1, 1), null, Activation.LeakyRelu(0.2));
                using var view = kind == "viewed" ? hidden.Value.Alias() : null;
                var before = view?.ToArray();
                var y = kind == "transposed" ? Var.ConvTranspose2d(hidden, second, [images, outputs, side, side], g)
                    : Var.Conv2d(hidden, second, g);
                var loss = y.Square().Mean();
                loss = kind == "read twice" ? loss + hidden.Exp().Mean() : loss;
                Var[] all = Gradient.Compute(loss, [first, second], release: release);
                Assert.Equal(before, view?.ToArray());
                return [.. all.Select(v => v.Value.ToArray())];
            }

            Assert.Equal(Gradients(release: false), Gradients(release: true));
        }
    }

    [Fact]
    public void A_result_over_its_gate_takes_its_memory()
    {
        using var scope = new Scope();
        var device = Backends.Get("cpu");
        var leaky = Activation.LeakyRelu(0.2);
        Tensor x = device.Full([2, 5, 8, 8], 0.5), w = device.Full([20, 5, 3, 3], -0.1),
            gate = Tensor.Conv2d(x, w, new(1, 1), new(device.Full([20], 3)));
        Tensor apart = Tensor.Conv2d(x, w, new(1, 1), new(Gate: new(leaky, gate)));
        var over = Tensor.Conv2d(x, w, new(1, 1), new(Gate: new(leaky, gate, mayOverwrite: true)));
        Assert.Equal(apart.ToArray(), over.ToArray());
        Assert.Equal(gate.Address, over.Address);
        Assert.NotEqual(gate.Address, apart.Address);
    }

    /// <summary>
    /// No rule of the table's operations gives another shape (its proofs run through the sweep); one that did is told of.
    /// </summary>
    [Fact]
    public void A_rule_that_gives_another_shape_than_its_arguments_is_refused()
    {
        using var scope = new Scope();
        var x = Leaf(1, 2);
        var y = new Var(x.Value.Alias()).WithEdges((x, dy => dy.Reshape(1, 2)));
        string message = Assert.Throws<InvalidOperationException>(() => Gradient.Compute(y.Sum(), [x])).Message;
        Assert.Contains("[1, 2] for an argument [2]", message, StringComparison.Ordinal);
    }

    /// <summary>A layer over sequences learns as it does over their steps one by one.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl:0")]
    public void A_linear_layer_learns_from_inputs_of_any_number_of_axes(string deviceName)
    {
        var device = Backends.Get(deviceName);
        float[] Train(params int[] shape)
        {
            using var scope = new Scope();
            using var layer = new Layers.Linear(device, 4, 3, Layers.Initialisers.He(0.2), new Random.Philox(1));
            Layers.Parameter[] parameters = [layer.Weight, layer.Bias!];
            using var sgd = new Layers.Sgd(parameters, 0.5);
            var x = device.From(Enumerable.Range(0, 24).Select(i => MathF.Sin(i)).ToArray(), Shape.Create(shape));
            var target = device.Full([.. shape[..^1], 3], 0.25);
            for (int step = 0; step < 300; step++)
            {
                sgd.Step(Gradient.Compute(Layers.Losses.MeanSquaredError(layer.Forward(x), target), parameters));
            }

            Assert.InRange(Layers.Losses.MeanSquaredError(layer.Forward(x), target).Value.Item(), 0, 1e-3);
            return [.. layer.Weight.Value.ToArray(), .. layer.Bias!.Value.ToArray()];
        }

        float[] rows = Train(6, 4);
        Assert.Equal(rows, Train(2, 3, 4));
        Assert.Equal(rows, Train(1, 2, 3, 4));
    }

    [Fact]
    public void Several_outputs_need_an_upstream()
    {
        using var scope = new Scope();
        Failure.Contains<ArgumentException>("[2]", () => Gradient.Compute(Leaf(1, 2), [Leaf(1)]));
    }

    /// <summary>
    /// Several readers give a sigmoid's output the sum of their gradients before it goes through the sigmoid, fused or not.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_fused_sigmoid_of_two_readers_has_the_bits_of_one_that_is_not(bool release)
    {
        using var scope = new Scope();
        Var Leaf(ulong stream, Shape shape)
        {
            var tensor = Device.Cpu.Empty(shape);
            tensor.Draw(new Philox(1, stream), Distribution.Normal);
            return Var.Leaf(tensor);
        }

        float[] Gradient(Func<Var, Var, Var> hidden)
        {
            Var x = Leaf(1, [2, 3, 7, 7]), w = Leaf(2, [4, 3, 3, 3]), u = Leaf(3, [5, 4, 3, 3]), v = Leaf(4, [5, 4, 3, 3]);
            var h = hidden(x, w);
            var loss = (Var.Conv2d(h, u, new(1)) * Var.Conv2d(h, v, new(1))).Sum();
            return LisNative.Gradient.Compute(loss, [w, x], release: release)[0].Value.ToArray();
        }

        float[] expected = Gradient((x, w) => Var.Conv2d(x, w, new(1)).Sigmoid());
        Assert.Equal(expected, Gradient((x, w) => Var.Conv2d(x, w, new(1), activation: Activation.Sigmoid)));
    }

    [Fact]
    public void Numbers_of_rows_are_the_callers_to_change()
    {
        using var scope = new Scope();
        Var x = Var.Leaf(Device.Cpu.From([1f, 2, 3], [3])), w = Var.Leaf(Device.Cpu.From([1f, 2, 3], [3]));
        int[] rows = [0, 0, 1];
        Var y = x.Gather(rows), z = w.ScatterAdd(rows, 3) * Device.Cpu.From([1f, 10, 100], [3]);
        rows[0] = 2;
        Assert.Equal([2f, 1, 0], Gradient.Compute(y.Sum(), [x])[0].Value.ToArray());
        Assert.Equal([1f, 1, 10], Gradient.Compute(z.Sum(), [w])[0].Value.ToArray());
    }

    /// <summary>A fused activation shares its value with a node that nobody sees.</summary>
    [Fact]
    public void What_was_asked_for_is_not_released()
    {
        using var scope = new Scope();
        foreach (var activation in new[] { Activation.Sigmoid, Activation.Tanh, Activation.LeakyRelu(0.2), null })
        {
            Var x = Device.Cpu.Full([3, 2], 1), w = Var.Leaf(Device.Cpu.Full([4, 2], 0.5));
            var h = Var.Linear(x, w, null, activation);
            Gradient.Compute(h.Square().Sum(), [h, w], release: true);
            Assert.Equal(12, h.Value.ToArray().Length);
            h = Var.Linear(x, w, null, activation);
            Gradient.Compute(h, [w], upstream: Device.Cpu.Full([3, 4], 1), release: true);
            Assert.Equal(12, h.Value.ToArray().Length);
        }
    }

    [Fact]
    public void A_leaf_that_was_changed_since_has_no_gradient()
    {
        using var scope = new Scope();
        var w = new Parameter(Device.Cpu.Full([1], 2));
        using var sgd = new Sgd([w], 0.1);
        var loss = (w * w).Sum();
        sgd.Step(Gradient.Compute(loss, [w]));
        Assert.Throws<InvalidOperationException>(() => Gradient.Compute(loss, [w]));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(1, 3)]
    public void A_layer_norm_takes_the_length_that_it_is_made_for(int length, int found)
    {
        using var scope = new Scope();
        var layer = new LayerNorm(Device.Cpu, length);
        Assert.Throws<ArgumentException>(() => layer.Forward(Device.Cpu.Zeros([3, found])));
    }

    [Fact]
    public void Scopes_without_gradients_end_in_any_order()
    {
        using var scope = new Scope();
        var x = Leaf(3);
        var first = new NoGrad();
        var second = new NoGrad();
        first.Dispose();
        Assert.False(x.Square().NeedsGradient);
        second.Dispose();
        Assert.True(x.Square().NeedsGradient);
    }
}
