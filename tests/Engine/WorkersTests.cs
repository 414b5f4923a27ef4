using LisNative.Cpu;

namespace LisNative.Tests.Engine;

public unsafe class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_is_run_once(int threads)
    {
        using var workers = new Workers(threads);
        foreach (int parts in new[] { 0, 1, 2, 3, 4, 5, 6, 97, 4096 })
        {
            int[] counts = new int[parts + 1];
            fixed (int* at = counts)
            {
                for (int round = 0; round < 50; round++)
                {
                    workers.Run(parts, new Count(at));
                }
            }

            Assert.All(counts[..parts], count => Assert.Equal(50, count));
            Assert.Equal(0, counts[parts]);
        }
    }

    /// <summary>A part that waits for all others holds up nothing but itself: its thread's other parts are taken by the rest.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    public void Who_has_no_parts_left_takes_those_of_others(int slow)
    {
        using var workers = new Workers(2);
        int run = 0;
        workers.Run(16, new WaitForOthers(slow, &run));
        Assert.Equal(16, run);
    }

    /// <summary>A second caller works alone, and so does who calls from a part.</summary>
    [Fact]
    public void Two_may_call_at_once()
    {
        using var workers = new Workers(3);
        int[][] counts = [new int[64], new int[64]];
        Parallel.For(0, 2, caller =>
        {
            fixed (int* at = counts[caller])
            {
                for (int round = 0; round < 2000; round++)
                {
                    workers.Run(64, new Count(at));
                }
            }
        });
        Assert.All(counts.SelectMany(c => c), count => Assert.Equal(2000, count));
    }

    private readonly struct Count(int* counts) : ITask
    {
        public void Execute(int part) => Interlocked.Increment(ref counts[part]);
    }

    private readonly struct WaitForOthers(int slow, int* run) : ITask
    {
        public void Execute(int part)
        {
            int* all = run;
            Assert.True(part != slow || SpinWait.SpinUntil(() => Volatile.Read(ref *all) == 15, TimeSpan.FromMinutes(1)),
                "the others were not taken");
            Interlocked.Increment(ref *all);
        }
    }
}
