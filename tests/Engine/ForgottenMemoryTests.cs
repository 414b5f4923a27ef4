using System.Runtime.CompilerServices;
using LisNative.Cpu;
using LisNative.Formulas;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Tests.Engine;

/// <summary>Programs that dispose nothing: memory stays bounded, and collections are asked for no more often than they pay.</summary>
public class ForgottenMemoryTests
{
    private const long Mebibyte = 1 << 20, Most = 100 * Mebibyte;
    private const int Classes = 100;

    public enum Loop
    {
        Training,
        Released,
        SecondGradients,
        Scoring,
    }

    private static Device New() => new("test", new CpuBackend<Lane256>(2));

    /// <summary>A pool of memory that nobody touches, and so of any size.</summary>
    private static Pool Imagined()
    {
        nint next = 64;
        return new(bytes => next += (nint)bytes, _ => { });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(Pool pool, long bytes) => _ = pool.Rent(bytes);

    /// <summary>A classifier as one writes it first, without scopes: each step would hold some MB more.</summary>
    [Theory]
    [InlineData(Loop.Training)]
    [InlineData(Loop.Released)]
    [InlineData(Loop.SecondGradients)]
    [InlineData(Loop.Scoring)]
    public void A_naive_loop_stays_flat(Loop loop)
    {
        using var device = New();
        var random = new Philox(1);
        using var network = new Sequential(
            ("first", new Conv2d(device, 1, 8, 3, new(1, 1), Initialisers.He(), random)),
            ("second", new Conv2d(device, 8, 16, 3, new(2, 1), Initialisers.He(), random)),
            ("flat", new Lambda(x => x.Tanh().Reshape(x.Shape[0], -1))),
            ("last", new Linear(device, 16 * 14 * 14, Classes, Initialisers.He(), random)));
        Parameter[] parameters = [.. network.Parameters.Select(p => p.Value)];
        using var optimiser = new Sgd(parameters, 0.01);
        using var x = device.Full([64, 1, 28, 28], 0.5);
        using var y = device.Full([64, Classes], 0.1);
        long most = 0;
        for (int i = 0; i < (loop == Loop.Released ? 150 : 60); i++)
        {
            Step();
            most = Math.Max(most, device.Pool.Bytes);
        }

        Assert.InRange(most, 5 * Mebibyte, Most);

        void Step()
        {
            if (loop == Loop.Scoring)
            {
                using var noGrad = new NoGrad();
                Assert.Equal(64 * Classes, network.Forward(x).Value.ToArray().Length);
                return;
            }

            var loss = (network.Forward(x) - y).Square().Mean();
            var gradients = Gradient.Compute(
                loss, parameters, differentiable: loop == Loop.SecondGradients, release: loop == Loop.Released);
            optimiser.Step(loop != Loop.SecondGradients ? gradients
                : Gradient.Compute(gradients.Select(g => g.Square().Sum()).Aggregate((a, b) => a + b), parameters));
        }
    }

    [Fact]
    public void What_is_forgotten_is_lent_again()
    {
        var pool = Imagined();
        for (int i = 0; i < 10_000; i++)
        {
            Forget(pool, 10 * Mebibyte);
        }

        Assert.InRange(pool.Bytes, 10 * Mebibyte, Most);
    }

    /// <summary>Collections of young objects miss what was in use at an earlier one; the pool does not grow by that.</summary>
    [Fact]
    public void A_program_with_many_objects_of_its_own_stays_flat()
    {
        object[] own = [.. Enumerable.Range(0, 10_000).Select(_ => new byte[10_000])];
        var pool = Imagined();
        var used = new Queue<object>();
        for (int i = 0; i < 10_000; i++)
        {
            used.Enqueue(pool.Rent(Mebibyte));
            if (used.Count > 8)
            {
                used.Dequeue();
            }
        }

        Assert.InRange(pool.Bytes, 8 * Mebibyte, 36 * Mebibyte);
        Assert.InRange(pool.Collections, 10_000 / 40, 2 * 10_000 / (32 - 8 - 8));
        GC.KeepAlive(own);
    }

    /// <summary>Collections are as many as it takes to grow by quarters, and those for small steps; then none.</summary>
    [Fact]
    public void A_program_that_holds_much_is_not_stopped_for_collections_in_vain()
    {
        var pool = Imagined();
        var held = Enumerable.Range(0, 40_000).Select(_ => pool.Rent(Mebibyte)).ToList();
        Assert.InRange(pool.Collections, 1, 2 * Math.Log(40_000 / 32) / Math.Log(1.25));
        int before = pool.Collections;
        for (int i = 0; i < 1000; i++)
        {
            held.ForEach(pool.Return);
            held = [.. Enumerable.Range(0, 40).Select(_ => pool.Rent(Mebibyte))];
        }

        Assert.Equal(before, pool.Collections);
        GC.KeepAlive(held);
    }

    [Fact]
    public void What_a_finaliser_disposes_comes_back_once()
    {
        using var device = New();
        Forget(device);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            using (device.Zeros([100_000 * (i + 1)]))
            {
                Assert.InRange(device.Pool.Lent, 1, 2);
            }

            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, device.Pool.Lent);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(Device device) => _ = new Careful(device.Full([1000], 3));
    }

    [Fact]
    public void Threads_that_forget_keep_their_values()
    {
        using var device = New();
        using var ones = device.Full([1 << 18], 1);
        Parallel.For(0, 8, i =>
        {
            for (int j = 0; j < 100; j++)
            {
                var y = ones * (i + 1);
                Assert.Equal((i + 1) * (double)ones.Count, (y + y - y).Reduce(default(Sum), []).Item());
            }
        });
        Assert.InRange(device.Pool.Bytes, Mebibyte, Most);
    }

    [Fact]
    public void Sizes_of_blocks_rise_in_steps_of_an_eighth_and_each_has_its_number()
    {
        long last = 0;
        for (int index = 1; index < SizeClass.Count; index++)
        {
            long size = SizeClass.Round(last + 1);
            Assert.Equal(index, SizeClass.Index(size));
            Assert.Equal(size, SizeClass.Round(size));
            Assert.True(size % 64 == 0 && (size - last == 64 || size - last <= size / 8));
            last = size;
        }
    }

    private sealed class Careful(Tensor tensor)
    {
        ~Careful()
        {
            Assert.Equal(3, tensor.ToArray()[0]);
            tensor.Dispose();
        }
    }
}
