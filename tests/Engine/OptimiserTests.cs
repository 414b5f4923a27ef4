using LisNative.Layers;
using LisNative.Memory;
using LisNative.Tests.Matrix;

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
        ["adamw"] = p => Adam.W(p, 0.1),
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
            optimiser.Step(Gradient.Of((p - 1).Square().Sum(), [p]));
        }

        Assert.All(p.Value.ToArray<double>(), v => Assert.InRange(v, 0.9, 1.1));
    }

    [Fact]
    public void Schedule_rises_and_falls()
    {
        var schedule = new Schedule(2, 10, 110, 0.1);
        Assert.Equal(0.2, schedule.At(0), 1e-12);
        Assert.Equal(2, schedule.At(9), 1e-12);
        Assert.Equal(2, schedule.At(10), 1e-12);
        Assert.Equal(1.1, schedule.At(60), 1e-12);
        Assert.Equal(0.2, schedule.At(110), 1e-12);
        Assert.Equal(0.2, schedule.At(1000), 1e-12);
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

    [Fact]
    public void An_optimiser_steps_outside_of_a_recording()
    {
        using var device = Device.OnCpu(1);
        using var parameter = new Parameter(device.Zeros([3]));
        using var adam = new Adam([parameter]);
        Assert.Throws<NotSupportedException>(() => new Capture(device, () => adam.Step([parameter])));
    }
}
