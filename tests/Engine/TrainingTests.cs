using LisNative.Layers;
using LisNative.Memory;
using LisNative.Tests.Data;

namespace LisNative.Tests.Engine;

/// <summary>What a training loop is written with.</summary>
public class TrainingTests
{
    private static readonly float[] Values = [.. Enumerable.Range(0, 10 * 3).Select(i => (float)i)];
    private static readonly int[] Labels = [.. Enumerable.Range(0, 10)];

    private static DataLoader<int> Loader(int threads, ulong? seed = 7, bool dropLast = false, SampleReader<int>? read = null) => new(
        Device.Cpu, [3], 10, read ?? ((i, x, random) =>
        {
            Thread.Sleep(random.Below(3, 0));
            Values.AsSpan(3 * i, 3).CopyTo(x);
            x[2] = random.Uniform(0);
            return i;
        }), 4, seed is { } s ? new(s) : null, dropLast, threads);

    private static List<(float[] Values, int[] Labels)> Pass(DataLoader<int> loader) =>
        [.. loader.Select(b => (b.Samples.ToArray(), b.Labels))];

    private static void Same(List<(float[] Values, int[] Labels)> expected, List<(float[] Values, int[] Labels)> found)
    {
        Assert.Equal(expected.Select(b => b.Values), found.Select(b => b.Values));
        Assert.Equal(expected.Select(b => b.Labels), found.Select(b => b.Labels));
    }

    [Fact]
    public void Minimising_is_gradients_and_a_step()
    {
        using var scope = new Scope();
        Parameter a = new(Device.Cpu.From([3f, 0], [2])), b = new(Device.Cpu.From([4f], [1]));
        using var sgd = new Sgd([a, b], 0.1);
        Var Loss() => ((a * a).Sum() + (b * b).Sum()) / 2;
        var loss = Loss();
        sgd.Minimise(loss);
        Assert.Equal(12.5, loss.Value.Item());
        Assert.Equal([2.7f, 0], a.Value.ToArray());
        Assert.Equal([3.6f], b.Value.ToArray());
        sgd.Minimise(Loss(), clip: 0.9);    // (2.7, 3.6) is 4.5 long
        Assert.Equal(2.646f, a.Value.ToArray()[0], 1e-6f);
        Assert.Equal(3.528f, b.Value.ToArray()[0], 1e-6f);
        sgd.Minimise(Loss(), clip: 1000);
        Assert.Equal(2.646f * 0.9f, a.Value.ToArray()[0], 1e-6f);
        Assert.Throws<ArgumentException>(() => sgd.Minimise(a * a));
        Assert.Throws<ArgumentOutOfRangeException>(() => sgd.Minimise(Loss(), clip: 0));
        Assert.Equal(3, sgd.Steps);
    }

    /// <summary>Batch normalisation moves its averages and dropout its numbers in each replay.</summary>
    [Fact]
    public void A_recorded_step_is_the_step()
    {
        using var scope = new Scope();
        var device = Device.Cpu;
        var (x, target) = (device.Empty([4, 1, 6, 6]), device.Full([4, 3], 0.5));
        Sequential Net()
        {
            var random = new Generator(1);
            return new(
                new Conv2d(device, 1, 4, 3, random, new(1, 1)), new BatchNorm2d(device, 4, Activation.Relu), Lambda.MaxPool2d(2),
                Lambda.Flatten(), new Dropout(device, 0.5, random), new Linear(device, 36, 3, random));
        }

        Sequential direct = Net(), recorded = Net();
        using Adam adam = new(direct.ParameterList), replayed = new(recorded.ParameterList);
        var draw = new Generator(2);
        Var[] gradients = [];
        Capture? capture = null;
        for (int step = 0; step < 4; step++)
        {
            x.Draw(draw.Next(), Random.Distribution.Normal);
            adam.Minimise(Losses.MeanSquaredError(direct.Forward(x), target));
            if (capture is null)
            {
                capture = new(device, () => gradients = Gradient.Compute(
                    Losses.MeanSquaredError(recorded.Forward(x), target), recorded.ParameterList, release: true));
            }
            else
            {
                capture.Replay();
            }

            replayed.Step(gradients);
            Assert.Equal(State(direct), State(recorded));
        }

        capture!.Dispose();

        static float[] State(Module net) =>
            [.. net.ParameterList.Select(p => p.Value).Concat(net.Buffers.Select(b => b.Value)).SelectMany(v => v.ToArray())];
    }

    /// <summary>Without a scope.</summary>
    [Fact]
    public void A_step_returns_all_memory_but_that_of_the_loss()
    {
        using var device = Device.OnCpu();
        using var net = new Sequential(new Linear(device, 4, 8, new(1)), Lambda.Tanh(), new Linear(device, 8, 1, new(2)));
        using var adam = new Adam([.. net.Parameters.Select(p => p.Value)]);
        using var x = device.Full([16, 4], 0.5);
        int before = device.Pool.Lent;
        var loss = net.Forward(x).Square().Sum();
        adam.Minimise(loss, clip: 0.1);
        Assert.Equal(before + 1, device.Pool.Lent);
        loss.Value.Dispose();
    }

    [Fact]
    public void Clipping_leaves_what_no_gradient_reached_alone()
    {
        using var scope = new Scope();
        Parameter used = new(Device.Cpu.Full([1], 1)), unused = new(Device.Cpu.Full([1], 1));
        using var adam = Adam.AdamW([used, unused], 0.1, 0.5);
        adam.Minimise(used.Square().Sum(), clip: 0.1);
        Assert.NotEqual(1, used.Value.Item());
        Assert.Equal(1, unused.Value.Item());
        Assert.Empty(Clipping.ByNorm([], 1));
    }

    [Fact]
    public void An_optimiser_goes_on_from_its_file()
    {
        using var scope = new Scope();
        using var folder = new TemporaryFolder();
        float[] Train(bool interrupted)
        {
            var w = new Parameter(Device.Cpu.From([1f, -2], [2]));
            var adam = new Adam([w], 0.1);
            for (int step = 0; step < 4; step++)
            {
                if (interrupted && step == 2)
                {
                    adam.Save(folder["adam.safetensors"]);
                    adam = new Adam([w], 0.1);
                    adam.Load(folder["adam.safetensors"]);
                }

                adam.Minimise((w * w * w).Sum());
            }

            return w.Value.ToArray();
        }

        Assert.Equal(Train(false), Train(true));
        Assert.Equal(Step(refused: false), Step(refused: true));

        // The first parameter's moments are in the file, the second's are not.
        float[] Step(bool refused)
        {
            Parameter a = new(Device.Cpu.Full([2], 1)), b = new(Device.Cpu.Full([3], 1));
            using var other = new Adam([a, b], 0.1);
            if (refused)
            {
                Failure.Contains<InputException>("first.1", () => other.Load(folder["adam.safetensors"]));
            }

            Assert.Equal(0, other.Steps);
            other.Minimise((a * a).Sum());
            return a.Value.ToArray();
        }
    }

    [Fact]
    public void Batches_are_those_of_the_seed_on_any_number_of_threads()
    {
        var (one, many) = (Loader(1), Loader(5));
        var first = Pass(one);
        Assert.Equal([4, 4, 2], first.Select(b => b.Labels.Length));
        Assert.Equal(Labels, first.SelectMany(b => b.Labels).Order());
        Assert.All(first, b => Assert.Equal(b.Labels.Select(l => 3f * l), b.Values.Where((_, i) => i % 3 == 0)));
        Same(first, Pass(many));
        var second = Pass(one);
        Assert.NotEqual(first.SelectMany(b => b.Labels), second.SelectMany(b => b.Labels));
        Same(second, Pass(many));
        one.Pass = 0;
        Same(first, Pass(one));
        Assert.NotEqual(first.SelectMany(b => b.Labels), Pass(Loader(1, seed: 8)).SelectMany(b => b.Labels));
    }

    [Fact]
    public void Without_a_seed_samples_come_in_order_and_a_short_batch_may_be_left_out()
    {
        Assert.Equal(Labels, Pass(Loader(3, seed: null)).SelectMany(b => b.Labels));
        var loader = Loader(3, seed: null, dropLast: true);
        Assert.Equal(2, loader.Count);
        Assert.Equal(Labels[..8], Pass(loader).SelectMany(b => b.Labels));
        var inMemory = new DataLoader<int>(Device.Cpu, [3], Values, Labels, 4);
        Assert.Equal(Values, Pass(inMemory).SelectMany(b => b.Values));
        Assert.Equal(Labels, Pass(inMemory).SelectMany(b => b.Labels));
        Assert.Equal([4, 3], inMemory.Select(b => b.Samples.Shape).First().Sizes.ToArray());
    }

    /// <summary>Readers get memory that others have written.</summary>
    [Fact]
    public void A_sample_is_zeros_before_it_is_read()
    {
        var loader = Loader(2, read: (_, x, _) =>
        {
            int others = x.ContainsAnyExcept(0) ? 1 : 0;
            x.Fill(7);
            return others;
        });
        Assert.DoesNotContain(1, Pass(loader).Concat(Pass(loader)).Concat(Pass(loader)).SelectMany(b => b.Labels));
    }

    [Fact]
    public void What_a_reader_throws_arrives_in_the_loop_at_its_batch()
    {
        var loader = Loader(3, seed: null, read: (i, _, _) => i == 6 ? throw new InputException("sample 6", "is broken") : i);
        var seen = new List<int>();
        var error = Assert.Throws<InputException>(() =>
        {
            foreach (var batch in loader)
            {
                seen.AddRange(batch.Labels);
            }
        });
        Assert.Equal("sample 6", error.Where);
        Assert.Equal(Labels[..4], seen);
    }

    [Fact]
    public void A_loop_that_is_left_ends_the_reading()
    {
        int read = 0, inside = 0;
        var loader = new DataLoader<int>(Device.Cpu, [1], 10_000, (i, _, _) =>
        {
            Interlocked.Increment(ref inside);
            Thread.Sleep(1);
            Interlocked.Increment(ref read);
            Interlocked.Decrement(ref inside);
            return i;
        }, 20, threads: 3);
        Tensor? latest = null;
        foreach (var batch in loader)
        {
            latest = batch.Samples;
            break;
        }

        int after = read;
        Assert.Equal(0, inside);
        Assert.InRange(after, 20, 80);      // the batch that came, and three
        Thread.Sleep(20);
        Assert.Equal(after, read);
        Assert.Throws<ObjectDisposedException>(() => latest!.ToArray());
    }

    /// <summary>A query is done with the enumerator before its caller has the batch; a loop is not, and gives the memory back.</summary>
    [Fact]
    public void What_a_query_ends_with_is_its_callers()
    {
        var loader = new DataLoader<int>(Device.Cpu, [3], Values, Labels, 4);
        using var first = loader.First().Samples;
        Assert.Equal(Values[..12], first.ToArray());
        using var second = loader.Skip(1).First(b => b.Labels.Length > 0).Samples;
        Assert.Equal(Values[12..24], second.ToArray());
        Batch<int>[] all = [.. loader.Take(2)];
        Assert.Throws<ObjectDisposedException>(() => all[0].Samples.ToArray());
        Assert.Equal(second.ToArray(), all[1].Samples.ToArray());
        all[1].Samples.Dispose();
        var seen = loader.Index().Select(b => b.Item.Samples).ToArray();
        Assert.All(seen, x => Assert.Throws<ObjectDisposedException>(() => x.ToArray()));
    }

    [Fact]
    public void A_loader_without_batches_or_with_the_wrong_number_of_values_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new DataLoader<int>(Device.Cpu, [3], 0, (i, _, _) => i, 4));
        Assert.Throws<ArgumentException>(() => new DataLoader<int>(Device.Cpu, [3], 3, (i, _, _) => i, 4, dropLast: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader<int>(Device.Cpu, [3], 3, (i, _, _) => i, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loader(threads: 0));
        string message = Assert.Throws<ArgumentException>(() => new DataLoader<int>(Device.Cpu, [3], Values, Labels[..9], 4)).Message;
        Assert.Contains("30 values for 9 labels", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_right_row_has_its_greatest_at_the_label()
    {
        using var scope = new Scope();
        float n = float.NaN;
        Var logits = Device.Cpu.From([1f, 3, 2, /**/ 5, 5, 0, /**/ 0, 1, 1, /**/ n, 1, 0, /**/ 0, 1, n], [5, 3]);
        Assert.Equal(0.4, Accuracy.Of(logits, [1, 0, 2, 0, 1]));
        Assert.Equal(0.2, Accuracy.Of(logits, [0, 1, 1, 1, 2]));
        Failure.Contains<ArgumentException>("found 3 at place 4", () => Accuracy.Of(logits, [0, 0, 0, 0, 3]));
        Assert.Throws<ArgumentException>(() => Accuracy.Of(logits, [0, 1]));
    }
}
