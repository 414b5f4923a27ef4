using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Engine;

/// <summary>Every optimiser's first steps by hand, on both kinds of backend, and that each one finds a minimum.</summary>
public class OptimiserTests
{
    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (string device in new[] { "cpu", "reference", "opencl:0" }.Where(Backends.IsThere))
        {
            foreach (string name in Makers.Keys)
            {
                data.Add(name, device);
            }
        }

        return data;
    }

    private static readonly Dictionary<string, Func<Parameter[], Optimiser>> Makers = new()
    {
        ["sgd"] = p => new Sgd(p, 0.1),
        ["sgd momentum decay"] = p => new Sgd(p, 0.05, 0.9, 0.01),
        ["adam"] = p => new Adam(p, 0.1),
        ["adamw"] = p => Adam.AdamW(p, 0.1),
        ["rmsprop"] = p => new RmsProp(p, 0.05),
    };

    /// <summary>p after two steps from p = 1 with gradients 0.5 and −0.25, from each method's published formula.</summary>
    private static double Expected(string name)
    {
        double p = 1, m = 0, v = 0;
        double[] gradients = [0.5, -0.25];
        for (int t = 1; t <= 2; t++)
        {
            double g = gradients[t - 1];
            switch (name)
            {
                case "sgd": p -= 0.1 * g; break;
                case "sgd momentum decay": m = (0.9 * m) + g + (0.01 * p); p -= 0.05 * m; break;
                case "rmsprop": v = (0.99 * v) + (0.01 * g * g); p -= 0.05 * g / (Math.Sqrt(v) + 1e-8); break;
                default:
                    p *= name == "adamw" ? 1 - (0.1 * 0.01) : 1;
                    m = (0.9 * m) + (0.1 * g);
                    v = (0.999 * v) + (0.001 * g * g);
                    p -= 0.1 * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
                    break;
            }
        }

        return p;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Two_steps_are_those_of_the_formula(string name, string deviceName)
    {
        var device = deviceName == "reference" ? Device.Reference : Backends.Get(deviceName);
        using var scope = new Scope();
        var p = new Parameter(device.Full([19], 1));
        using var optimiser = Makers[name]([p]);
        optimiser.Step([device.Full([19], 0.5)]);
        optimiser.Step([device.Full([19], -0.25)]);
        Assert.All(p.Value.ToArray<double>(), v => Assert.Equal(Expected(name), v, deviceName == "reference" ? 1e-14 : 1e-6));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Finds_the_minimum_of_a_parabola(string name, string deviceName)
    {
        var device = deviceName == "reference" ? Device.Reference : Backends.Get(deviceName);
        using var scope = new Scope();
        var p = new Parameter(device.Full([3], 4));
        using var optimiser = Makers[name]([p]);
        for (int i = 0; i < 400; i++)
        {
            using var step = new Scope();
            optimiser.Step(Gradient.Compute((p - 1).Square().Sum(), [p]));
        }

        Assert.All(p.Value.ToArray<double>(), v => Assert.InRange(v, 0.9, 1.1));
    }

    [Fact]
    public void Schedule_rises_and_falls()
    {
        var schedule = new LearningRateSchedule(2, 10, 110, 0.1);
        Assert.Equal(0.2, schedule.RateAt(0), 1e-12);
        Assert.Equal(2, schedule.RateAt(9), 1e-12);
        Assert.Equal(2, schedule.RateAt(10), 1e-12);
        Assert.Equal(1.1, schedule.RateAt(60), 1e-12);
        Assert.Equal(0.2, schedule.RateAt(110), 1e-12);
        Assert.Equal(0.2, schedule.RateAt(1000), 1e-12);
    }

    /// <summary>torch.optim.lr_scheduler's StepLR(step_size=3, gamma=0.5) and ExponentialLR(gamma=0.9).</summary>
    [Fact]
    public void Rates_decay_in_steps()
    {
        var stairs = new StepDecay(0.8, 0.5, every: 3);
        Assert.Equal([0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2], Enumerable.Range(0, 7).Select(stairs.RateAt));
        Assert.Equal(0.1 * Math.Pow(0.9, 20), new StepDecay(0.1, 0.9).RateAt(20), 1e-12);
        Assert.StartsWith("StepDecay: expected every of at least 1, found 0",
            Assert.Throws<ArgumentOutOfRangeException>(() => new StepDecay(1, 0.5, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepDecay(1, double.NaN));
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl:0")]
    public void Parameters_updated_together_get_the_bits_of_each_alone(string deviceName)
    {
        var device = Backends.Get(deviceName);
        int[] sizes = [5, 0, 16384, 16385, 1, 40000];
        float[][] Train(Func<Parameter[], Parameter[][]> group)
        {
            using var scope = new Scope();
            Parameter[] parameters = [.. sizes.Select((n, i) => new Parameter(device.Full([n], i + 1)))];
            foreach (var together in group(parameters))
            {
                using var adam = new Adam(together, 0.1);
                for (int step = 0; step < 3; step++)
                {
                    adam.Step([.. together.Select(p => (Var)p)]);
                }
            }

            return [.. parameters.Select(p => p.Value.ToArray())];
        }

        var all = Train(p => [p]);
        Assert.Equal(Train(p => [.. p.Select(one => new[] { one })]), all);
        Assert.All(all, (values, i) => Assert.All(values, v => Assert.InRange(v, i + 0.69, i + 0.71)));
    }

    /// <summary>
    /// A parameter that is frozen in steps 3 and 4 of six, and one that has no gradient there: both go on as if these steps had not been,
    /// as in PyTorch.
    /// </summary>
    [Theory, MemberData(nameof(Cases))]
    public void A_frozen_parameter_and_one_without_gradient_stay_and_go_on_where_they_were(string name, string deviceName)
    {
        var device = deviceName == "reference" ? Device.Reference : Backends.Get(deviceName);
        using var scope = new Scope();
        Parameter[] p = [.. Enumerable.Range(0, 4).Select(_ => new Parameter(device.Full([19], 1)))];
        var fewer = new Parameter(device.Full([19], 1));
        using Optimiser all = Makers[name](p), alone = Makers[name]([fewer]);
        for (int step = 1; step <= 6; step++)
        {
            Var gradient = device.Full([19], step % 2 == 0 ? 0.5 : -0.2), unreached = Gradient.Compute(p[0].Sum(), [p[2]])[0];
            bool skips = step is 3 or 4;
            p[1].Trainable = !skips;
            float[][] before = [.. p.Select(x => x.Value.ToArray())];
            all.Step([gradient, gradient, skips ? unreached : gradient, skips ? null : gradient]);
            Assert.NotEqual(before[0], p[0].Value.ToArray());
            foreach (int i in new[] { 1, 2, 3 })
            {
                Assert.Equal(skips, before[i].AsSpan().SequenceEqual(p[i].Value.ToArray()));
            }

            if (!skips)
            {
                alone.Step([gradient]);
            }
        }

        Assert.All(p[1..], x => Assert.Equal(fewer.Value.ToArray<double>(), x.Value.ToArray<double>()));

        // The counts are kept with the moments.
        var file = new SafeTensors();
        all.AddTo(file, "o.");
        using var again = Makers[name](p);
        again.Load(file, "o.");
        var expected = new Parameter(p[1].Value.Clone());
        all.Step([null, p[1], null, null]);
        using var other = Makers[name]([new(p[0].Value), expected, new(p[2].Value), new(p[3].Value)]);
        other.Load(file, "o.");
        other.Step([null, expected, null, null]);
        Assert.Equal(p[1].Value.ToArray(), expected.Value.ToArray());
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_gradient_of_another_shape_or_device_is_refused_and_nothing_moves(string name, string deviceName)
    {
        var device = deviceName == "reference" ? Device.Reference : Backends.Get(deviceName);
        using var scope = new Scope();
        Parameter[] p = [new(device.Full([3], 1)), new(device.Full([3, 4], 1))];
        using var optimiser = Makers[name](p);
        Var fine = device.Full([3], 0.5);
        foreach (Shape wrong in new Shape[] { [2, 3, 4], [4, 3], [12], [3], [] })
        {
            string message = Assert.Throws<ArgumentException>(() => optimiser.Step([fine, device.Full(wrong, 1)])).Message;
            Assert.Contains($"gradient 1 is {wrong} on", message, StringComparison.Ordinal);
            Assert.Contains("[3, 4]", message, StringComparison.Ordinal);
        }

        Failure.Contains<ArgumentException>("cpu:naive", () => optimiser.Step([fine, Device.Naive.Full([3, 4], 1)]));
        Assert.Throws<ArgumentException>(() => optimiser.Step([fine]));
        Assert.Equal(0, optimiser.Steps);
        Assert.All(p, x => Assert.All(x.Value.ToArray(), v => Assert.Equal(1, v)));
    }

    [Fact]
    public void A_parameter_with_gaps_or_repeats_is_refused_and_one_in_another_order_of_memory_is_not()
    {
        var device = Backends.Get("cpu");
        using var scope = new Scope();
        var whole = device.Full([4, 6], 1);
        foreach (var view in new[] { whole.Slice(1, 0, 3, 2), whole.Slice(0, 0, 1).Expand([4, 6]), whole.Flip(0) })
        {
            Failure.Contains<ArgumentException>(view.Shape.ToString(), () => new Adam([new Parameter(view)]));
        }

        Parameter turned = new(device.From<float>([1, 2, 3, 4, 5, 6], [2, 3]).Transpose()), plain = new(turned.Value.Contiguous().Clone());
        using Adam one = new([turned]), other = new([plain]);
        Var gradient = device.From<float>([1, -2, 3, -4, 5, -6], [3, 2]);
        one.Step([gradient]);
        other.Step([gradient]);
        Assert.Equal(plain.Value.ToArray(), turned.Value.ToArray());
    }

    [Fact]
    public void An_optimiser_steps_outside_of_a_recording()
    {
        using var device = Device.OnCpu(1);
        using var parameter = new Parameter(device.Zeros([3]));
        using var adam = new Adam([parameter]);
        Assert.Throws<NotSupportedException>(() => new Capture(device, () => adam.Step([parameter])));
    }

    [Fact]
    public void A_parameter_is_moved_once()
    {
        using var scope = new Scope();
        using var layer = new Linear(Device.Cpu, 1, 1, Initialisers.Glorot, new Philox(1), bias: false);
        layer.Weight.Value.CopyFrom(Device.Cpu.Full([1, 1], 1));
        var net = new Sequential(("a", layer), ("b", layer));
        Parameter[] parameters = [.. net.Parameters.Select(p => p.Value)];
        using (var sgd = new Sgd(parameters, 0.1))
        {
            sgd.Step(Gradient.Compute(net.Forward(Device.Cpu.Full([1, 1], 1)).Sum(), parameters));
        }

        Assert.Equal(0.8, layer.Weight.Value.Item(), 1e-6);     // 1 − 0.1·∂w²/∂w
        var whole = Device.Cpu.Zeros([4]);
        Assert.Throws<ArgumentException>(() => new Sgd([layer.Weight, layer.Weight], 0.1));
        Assert.Throws<ArgumentException>(() => new Sgd([new Parameter(whole.Slice(0, 0, 3)), new Parameter(whole.Slice(0, 2, 2))], 0.1));
        new Sgd([new Parameter(whole.Slice(0, 0, 2)), new Parameter(whole.Slice(0, 2, 2))], 0.1).Dispose();
    }

    [Fact]
    public void Lists_of_the_callers_may_change()
    {
        using var scope = new Scope();
        var list = new List<Parameter> { new(Device.Cpu.Zeros([1])) };
        using var sgd = new Sgd(list, 0.1);
        list.Add(new(Device.Cpu.Zeros([1])));
        Assert.Single(sgd.Parameters);
        var modules = new List<(string, Module)> { ("a", Lambda.Tanh()) };
        var net = new Sequential(modules);
        modules.Clear();
        Assert.Single(net.Children);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void Weights_begin_finite_where_the_stride_leaves_outputs_out(int kernel, int stride)
    {
        using var layer = new ConvTranspose2d(Device.Cpu, 1, 4, kernel, new(stride), Initialisers.He(0.2), new Philox(1));
        Assert.All(layer.Weight.Value.ToArray(), v => Assert.True(float.IsFinite(v)));
    }
}
