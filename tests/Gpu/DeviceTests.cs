using System.Text.Json;
using LisNative.Gpu;
using LisNative.Memory;
using LisNative.Proof.Agreement;
using LisNative.Proof.Records;
using LisNative.Random;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Gpu;

/// <summary>Finding devices, running out of memory, and training on one.</summary>
public class DeviceTests
{
    [Theory]
    [InlineData("cuda:77", "no such device")]
    [InlineData("opencl:77", "no such device")]
    [InlineData("gpu", "no such device")]
    [InlineData("simulator:0:fast", "expected one of Naive, Tiled, Vectorised, TensorCore")]
    public void A_device_that_is_not_there_is_refused_in_a_sentence(string name, string reason)
    {
        var refusal = Assert.Throws<DeviceException>(() => GpuDevices.Open(name));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void The_best_device_comes_with_its_reason()
    {
        var (device, reason) = GpuDevices.Best();
        Assert.StartsWith(device.Name, reason, StringComparison.Ordinal);
        Assert.True(device == LisNative.Device.Cpu || GpuDevices.All.Single(d => d.Name == device.Name).Refusal is null);
    }

    [Fact]
    public void Bench_times_a_rung_of_it()
    {
        Requirement.SkipUnlessSoak();
        Backends.Get("opencl:0");
        var (code, output, error) = Child.Run(
            Path.GetTempPath(), "dotnet",
            [Child.Tool, "bench", "--device", "opencl:0:tiled", "--only", "mnist.score_b64", "--batch", "64", "--repeat", "1", "--json"]);
        Assert.True(code == 0, error);
        var line = JsonDocument.Parse(output.Split('\n')[0]).RootElement;
        Assert.Equal("opencl:0:tiled", line.GetProperty("device").GetString());
        Assert.Contains("Tiled", line.GetProperty("backend").GetString(), StringComparison.Ordinal);
        Assert.Contains("--device opencl:0:tiled --batch 64 --only mnist.score_b64", line.GetProperty("command").GetString(),
            StringComparison.Ordinal);
        Assert.True(line.GetProperty("ms_median").GetDouble() > 0);
    }

    /// <summary>Processes that share a machine give their numbers there.</summary>
    [Fact]
    public void Usable_GPUs_are_given_out_in_turn()
    {
        string[] usable = [.. GpuDevices.All.Where(d => d.IsGpu && d.Refusal is null).Select(d => d.Name)];
        for (int number = 0; number <= usable.Length; number++)
        {
            Assert.Equal(usable.Length > 0 ? usable[number % usable.Length] : "cpu", GpuDevices.Best(number).Device.Name);
        }
    }

    [Fact]
    public void More_memory_than_there_is_is_refused_with_the_bytes_and_the_host_loses_nothing()
    {
        var device = Backends.Get("opencl:0");
        using var kept = device.Full([3], 7);
        long memory = GpuDevices.All.Single(d => d.Name == "opencl:0").Memory;
        using var waiting = device.Empty([1000]);
        waiting.Dispose();
        DeviceException refusal;
        using (new Scope())
        {
            refusal = Assert.Throws<DeviceException>(() =>
            {
                for (long taken = 0; taken <= memory; taken += 4L * int.MaxValue)
                {
                    _ = device.Empty([int.MaxValue]);
                }
            });
        }

        device.Pool.Trim();
        Assert.Contains((4L * int.MaxValue / 1_000_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture), refusal.Message,
            StringComparison.Ordinal);
        Assert.Contains(memory.ToString("N0", System.Globalization.CultureInfo.InvariantCulture), refusal.Message,
            StringComparison.Ordinal);
        Assert.Equal([7, 7, 7], kept.ToArray());
    }

    /// <summary>Before a unit is rounded to the other side of its kink both nets agree, and without kinks they go on to.</summary>
    [Theory]
    [InlineData(5, "")]
    [InlineData(8, "tanh")]
    [InlineData(50, "tanh")]
    public void Training_agrees_with_the_cpu(int steps, string closely)
    {
        if (steps != 8)
        {
            Requirement.SkipUnlessSoak();
        }

        var outcomes = TrainingRun.Compare(Backends.Get("opencl:0"), new([1, 28, 28], 4, 8, 8), 16, steps, 1).ToList();
        Assert.Equal(28, outcomes.Count);
        Assert.All(outcomes, o => Assert.True(o.Outcome.Passed, $"{o.Case}: {o.Outcome.MaxError:E2}"));
        Assert.All(outcomes.Where(o => o.Case.Contains(closely, StringComparison.Ordinal)),
            o => Assert.True(o.Outcome.MaxError <= 1e-4, $"{o.Case}: {o.Outcome.MaxError:E2}"));
        Assert.Contains(outcomes, o => o.Outcome.MaxError > 0);
    }

    /// <summary>More than the memory that they pass through holds, between other work, and one that is larger than all of it.</summary>
    [Fact]
    public void Writes_behind_the_host_arrive_in_order()
    {
        const int Count = 1_000_003, Times = 12;
        using var scope = new Scope();
        var device = Backends.Get("opencl:0");
        var x = device.Empty([Count]);
        float[] values = new float[Count];
        var squares = new List<Tensor>();
        for (int i = 0; i < Times; i++)
        {
            Array.Fill(values, i);
            x.Write<float>(values);
            squares.Add(x.Square());
        }

        for (int i = 0; i < Times; i++)
        {
            Assert.All(new[] { 0, Count / 2, Count - 1 }, at => Assert.Equal(i * i, squares[i].ToArray()[at]));
        }

        float[] large = [.. Enumerable.Range(0, 5 * Count).Select(i => (float)(i % 1009))];
        Assert.Equal(large, device.From(large, [large.Length]).ToArray());
    }

    /// <summary>Their gradients have rules of their own, which the reference does not reach.</summary>
    [Fact]
    public void Second_gradients_of_row_kernels_agree_with_the_cpu()
    {
        Assert.NotNull(Backends.Get("opencl:0").Kernels.Rows);
        Assert.All(Table.RowKernels, record =>
        {
            var (expected, found) = (Second(Device.Cpu), Second(Backends.Get("opencl:0")));
            double scale = expected.Max(Math.Abs);
            Assert.True(scale > 1e-3);
            Assert.All(expected.Zip(found),
                pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 2e-5 * scale,
                $"{record.Name}: {pair.Second}, expected {pair.First}"));

            double[] Second(Device device)
            {
                using var scope = new Scope();
                Var Normal(Shape shape, ulong seed) => Var.Leaf(device.From(new Argument(shape).Values(seed), shape));
                Var[] x = [.. record.Arguments.Select((a, i) => Normal(a.Shape, (ulong)i + 1))];
                var y = record.Apply(x);
                var dy = Normal(y.Shape, 99);
                Var[] first = Gradient.Compute(y, x, dy, differentiable: true);
                return [.. Gradient.Compute((first[0] * Normal(first[0].Shape, 98).Value).Sum(), [.. x, dy])
                    .SelectMany(g => g.Value.ToArray<double>())];
            }
        });
    }

    /// <summary>Equal bits part at no kink.</summary>
    [Fact]
    public void Training_on_the_first_rung_has_the_bits_of_the_cpu_s()
    {
        Requirement.SkipUnlessSoak();
        var outcomes = TrainingRun.Compare(Backends.Get("opencl:0:naive"), new([1, 28, 28], 4, 8, 8), 8, 50, 1).ToList();
        Assert.Equal(28, outcomes.Count);
        Assert.All(outcomes, o => Assert.Equal(new(0, 0), o.Outcome));
    }

    /// <summary>
    /// The device has logarithm and cosine of its own, of double precision: a float may be rounded the other way once in 10⁷ times.
    /// </summary>
    [Fact]
    public void Random_numbers_are_those_of_the_host()
    {
        const int Count = 1 << 20;
        var random = new Philox(7, 3);
        using Tensor drawn = Backends.Get("opencl:0").Empty([Count]), expected = Device.Cpu.Empty([Count]);
        foreach (var distribution in Enum.GetValues<Distribution>())
        {
            drawn.Draw(random, distribution, 5);
            expected.Draw(random, distribution, 5);
            var differ = expected.ToArray().Zip(drawn.ToArray()).Where(n => n.First != n.Second).ToList();
            Assert.InRange(differ.Count, 0, 2);
            Assert.All(differ, n => Assert.True(Math.Abs(n.First - n.Second) <= 1.2e-7 * Math.Abs(n.First), $"{n.First:R}, {n.Second:R}"));
        }
    }

    /// <summary>One thread reads what all of the group wrote; and kernels of more than one group, which stay as they are.</summary>
    [Fact]
    public void Small_kernels_recorded_in_a_row_are_one_launch()
    {
        var device = Backends.Get("opencl:0");
        var backend = (GpuBackend)device.Kernels.Backend;
        using var scope = new Scope();
        Tensor x = device.Zeros([50]), large = device.Zeros([5000]);
        Var small = x, sum = small, rest = large;
        using var capture = new Capture(device, () =>
        {
            sum = ((small - 1).Abs().Mean() * 3) + small.Square().Sum();
            rest = (large - sum).Abs();
        });
        x.CopyFrom(device.From([.. Enumerable.Range(0, 50).Select(i => 0.04f * i)], [50]));
        var launches = backend.Trace(capture.Replay);

        Assert.Equal(3, launches.Count);
        Assert.StartsWith("FusedLaunch(DenseUnary(Affine), DenseUnary(Abs), ColumnReduction(Sum), ", launches[0], StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 50).Sum(i => (3 * Math.Abs((0.04 * i) - 1) / 50) + (0.0016 * i * i)), sum.Value.Item(), 1e-3);
        Assert.All(rest.Value.ToArray(), v => Assert.Equal(sum.Value.Item(), v));
    }

    [Fact]
    public void Memory_and_launches_of_a_training_step_are_constant()
    {
        var device = Backends.Get("opencl:0");
        using var scope = new Scope();
        Var w = Var.Leaf(device.Full([16, 3, 4, 4], 0.1)), x = device.Full([8, 3, 16, 16], 0.5);
        void Step()
        {
            using var step = new Scope();
            _ = Gradient.Compute(Var.Conv2d(x, w, new(2, 1)).Sum(), [w], release: true);
        }

        Step();
        int allocations = device.Pool.Allocations;
        var backend = (GpuBackend)device.Kernels.Backend;
        var kernels = backend.Trace(Step);
        Assert.Equal(kernels, backend.Trace(Step));
        Assert.Equal(allocations, device.Pool.Allocations);
    }
}
