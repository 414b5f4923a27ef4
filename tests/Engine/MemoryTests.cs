using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LisNative.Cpu;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Tests.Engine;

/// <summary>Lifetimes: nobody who trains or scores disposes anything, and nothing leaks.</summary>
public class MemoryTests
{
    private static Device New() => new("test", new CpuBackend<Lane256>(2));

    [Fact]
    public void Scope_returns_everything_but_what_is_kept()
    {
        using var device = New();
        Tensor kept;
        using (var scope = new Scope())
        {
            var x = device.Full([100], 2);
            kept = scope.Keep(x.Square());
        }

        Assert.Equal(1, device.Pool.Lent);
        Assert.Equal(4, kept.ToArray()[0]);
        kept.Dispose();
        Assert.Equal(0, device.Pool.Lent);
    }

    [Fact]
    public void What_is_lent_is_told_with_where_it_was_rented()
    {
        Environment.SetEnvironmentVariable("LISNATIVE_TRACE_LEAKS", "1");
        using var device = New();
        Environment.SetEnvironmentVariable("LISNATIVE_TRACE_LEAKS", null);
        using (device.Zeros([10]))
        {
            Assert.Contains(nameof(What_is_lent_is_told_with_where_it_was_rented), Assert.Single(device.Pool.Leaks()),
                StringComparison.Ordinal);
        }

        Assert.Empty(device.Pool.Leaks());
    }

    [Fact]
    public void Inner_scope_hands_over_to_the_outer()
    {
        using var device = New();
        using (new Scope())
        {
            Device.Scoped(() => device.Zeros([10]).Exp());
            Assert.Equal(1, device.Pool.Lent);
        }

        Assert.Equal(0, device.Pool.Lent);
    }

    [Fact]
    public void Keeping_a_tensor_of_elsewhere_makes_a_handle()
    {
        using var device = New();
        using var x = device.Full([3], 5);
        using var y = Device.Scoped(() => x);
        Assert.NotSame(x, y);
        x.Dispose();
        Assert.Equal([5, 5, 5], y.ToArray());
    }

    [Fact]
    public void Scopes_end_in_reverse_order()
    {
        var outer = new Scope();
        using (new Scope())
        {
            Assert.Throws<InvalidOperationException>(outer.Dispose);
        }

        outer.Dispose();
    }

    [Fact]
    public void Forgotten_tensors_come_back_at_a_later_rent()
    {
        using var device = New();
        Forget(device);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var next = device.Zeros([1]);
        Assert.Equal(1, device.Pool.Lent);
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(Device d) => d.Zeros([1000]);
    }

    [Fact]
    public void Training_steps_in_steady_state_allocate_no_native_memory_and_leak_nothing()
    {
        using var device = New();
        using var network = Autoencoder.Create(device, new([1, 8, 8], 4, 8, 3), new Philox(1));
        Parameter[] parameters = [.. network.Parameters.Select(p => p.Value)];
        using var adam = new Adam(parameters);
        using var x = device.Full([6, 1, 8, 8], 0.3);
        void Step()
        {
            using var scope = new Scope();
            var loss = LisLosses.Error(network.Forward(x), x).Mean();
            adam.Step(Gradient.Compute(loss, parameters, release: true));
        }

        Step();
        Step();
        var (lent, allocations) = (device.Pool.Lent, device.Pool.Allocations);
        for (int i = 0; i < 50; i++)
        {
            Step();
        }

        Assert.Equal(lent, device.Pool.Lent);
        Assert.Equal(allocations, device.Pool.Allocations);
    }

    [Fact]
    public void Trim_gives_waiting_memory_back()
    {
        using var device = New();
        device.Zeros([1000]).Dispose();
        Assert.True(device.Pool.Bytes >= 4000);
        device.Pool.Trim();
        Assert.Equal(0, device.Pool.Bytes);
    }

    /// <summary>What waits in a recording's own pool stays: recorded work goes on using it.</summary>
    [Fact]
    public void When_memory_runs_out_what_waits_and_what_was_forgotten_makes_room()
    {
        const int Limit = 1024;
        var taken = new Dictionary<nint, long>();
        nint Take(long bytes)
        {
            nint address = taken.Values.Sum() + bytes > Limit ? throw new DeviceException("no more memory")
                : 64 + taken.Keys.Append(0).Max();
            taken.Add(address, bytes);
            return address;
        }

        void GiveBack(nint address) => Assert.True(taken.Remove(address));

        var pool = new Pool(Take, GiveBack);
        var recording = new Pool(Take, GiveBack, spare: pool);
        var recorded = recording.Rent(128);
        recording.Return(recorded);
        pool.Return(pool.Rent(640));
        Forget(pool);
        var made = recording.Rent(896);

        Assert.Equal([recorded.Address, made.Address], taken.Keys);
        Assert.Throws<DeviceException>(() => pool.Rent(64));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget(Pool pool) => _ = pool.Rent(256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_recording_that_is_done_or_failed_gives_all_of_its_memory_back_what_was_forgotten_too(bool fails)
    {
        using var device = New();
        Pool? pool = null;
        void Work()
        {
            pool = Capture.PoolOf(device);
            _ = device.Full([100], 1);
            device.Full([200], 1).Dispose();
            Assert.True(pool!.Bytes > 0);
            if (fails)
            {
                throw new DeviceException("no more memory");
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Record() => new Capture(device, Work).Dispose();

        if (fails)
        {
            Assert.Throws<DeviceException>(Record);
        }
        else
        {
            Record();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        device.Zeros([1]).Dispose();
        Assert.Equal((0, 0), (pool!.Lent, pool.Bytes));
        Assert.False(Capture.IsRecording);
    }

    [Fact]
    public void Many_threads_compute_and_dispose_at_once()
    {
        using var device = New();
        using var x = device.Full([1000], 2);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            for (int j = 0; j < 50; j++)
            {
                using var scope = new Scope();
                using var w = device.Full([40, 1000], i);
                var y = Tensor.MatMul(w, x.Reshape(1000, 1));
                Assert.Equal(2000.0 * i, y.ToArray()[39], 1e-2);
            }
        });
        Assert.Equal(1, device.Pool.Lent);
    }

    [Fact]
    public void Many_threads_score_with_a_network_that_none_has_used_before()
    {
        using var device = New();
        for (int round = 0; round < 20; round++)
        {
            using var network = Autoencoder.Create(device, new([1, 12, 12], 20, 24, 3), new Philox((ulong)round));
            using var x = device.Full([2, 1, 12, 12], 0.3);
            float[] Score()
            {
                using var noGrad = new NoGrad();
                return Device.Scoped(() => network.Forward(x).Value).ToArray();
            }

            var scores = new float[8][];
            using var start = new Barrier(scores.Length);
            var threads = scores.Select((_, i) => new Thread(() =>
            {
                start.SignalAndWait();
                scores[i] = Score();
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
            Assert.All(scores, s => Assert.Equal(Score(), s));
        }
    }

    [Fact]
    public void Large_pieces_of_host_memory_ask_for_large_pages()
    {
        Requirement.SkipUnless(Directory.Exists("/sys/kernel/mm/transparent_hugepage"), "huge-pages",
            "this system has no transparent pages of 2 MiB");
        using var device = New();
        using var large = device.Empty([4 << 20]);

        Assert.Equal(0, large.Address % (2 << 20));
        Assert.True(AsksForLargePages(large.Address));
        Assert.True(AsksForLargePages(large.Address + (sizeof(float) * large.Count) - 1));
    }

    /// <summary>
    /// Whether the kernel lists the mapping that holds an address with the flag <c>hg</c>, "huge page advise flag" (Linux,
    /// filesystems/proc).
    /// </summary>
    private static bool AsksForLargePages(nint address)
    {
        bool isWithin = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            var range = Regex.Match(line, "^([0-9a-f]+)-([0-9a-f]+) ");
            if (range.Success)
            {
                isWithin = Convert.ToInt64(range.Groups[1].Value, 16) <= address && address < Convert.ToInt64(range.Groups[2].Value, 16);
            }
            else if (isWithin && line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                return line.Split(' ').Contains("hg");
            }
        }

        return false;
    }

    [Fact]
    public void An_outer_scope_keeps_while_an_inner_one_is_open()
    {
        using var device = New();
        var outer = new Scope();
        Tensor kept;
        using (new Scope())
        {
            kept = outer.Keep(device.Full([1], 3));
        }

        outer.Dispose();
        Assert.Equal(3, kept.Item());
        kept.Dispose();
        Assert.Equal(0, device.Pool.Lent);
    }
}
