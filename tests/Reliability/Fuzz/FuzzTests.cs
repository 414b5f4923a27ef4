using System.Diagnostics;
using System.Text.RegularExpressions;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Reliability.Fuzz;

/// <summary>
/// Damaged files: whatever is in them, a reader gives a result or one sentence that names the file and the place, within a second and in
/// memory that the file's size bounds. A case is named by its number: the same number is the same file.
/// </summary>
public sealed partial class FuzzTests
{
    private static readonly TimeSpan Hung = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Names => [.. Target.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_files_are_refused_in_one_sentence(string name)
    {
        var target = Target.All.Single(t => t.Name == name);
        using var folder = new TemporaryFolder();
        int cases = Scale.Of(1_500, 250_000), refused = 0, at = 0;
        double most = 0, longest = 0;
        Exception? failure = null;
        var runner = new Thread(() =>
        {
            try
            {
                for (; at < cases; at++)
                {
                    var (threw, share, time) = Try(target, folder.Write(target.FileName, Case(target, at)), at);
                    refused += threw ? 1 : 0;
                    most = Math.Max(most, share);
                    longest = Math.Max(longest, time);
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }, 16 << 20)
        { IsBackground = true };
        runner.Start();
        for (int before = -1; !runner.Join(TimeSpan.FromSeconds(30)); before = at)
        {
            Assert.True(at != before, $"{name}, case {at}: it hangs");
        }

        Assert.True(failure is null, $"{name}, case {at}: {failure}");
        Assert.InRange(refused, name == "results store" ? 0 : cases / 4, cases);
        Scale.Reached($"damaged files: {name}", ("cases", cases), ("refused", refused), ("memory, share of its bound", Math.Round(most, 3)),
            ("longest, ms", Math.Round(longest)));
    }

    private static byte[] Case(Target target, int number)
    {
        var random = new Philox(1, (ulong)number).FoldIn(2);
        byte[] bytes = Mutator.Mutate(target.Seeds, random);
        return target.Pack is null ? bytes : target.Pack(bytes, random.FoldIn(3));
    }

    private static (bool Threw, double ShareOfMemory, double Milliseconds) Try(Target target, string path, int number)
    {
        var (threw, allocated, time) = Once(target, path);
        if (time > Hung)
        {
            (threw, allocated, time) = Once(target, path);      // once more: the machine may have been busy elsewhere
            Assert.True(time <= Hung, $"case {number} took {time}");
        }

        double bound = Target.Always + (target.BytesForByte * new FileInfo(path).Length);
        Assert.True(allocated <= bound, $"case {number}, {new FileInfo(path).Length} bytes, took {allocated} bytes, {bound} allowed");
        return (threw, allocated / bound, time.TotalMilliseconds);
    }

    private static (bool Threw, long Allocated, TimeSpan Time) Once(Target target, string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        bool threw = false;
        try
        {
            target.Read(path);
        }
        catch (InputException e)
        {
            threw = true;
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
            Assert.InRange(e.Message.Length, path.Length + 10, 2100);
            Assert.True(!target.Places || Place().IsMatch(e.Message[folder.Length..]), e.Message);
        }

        return (threw, GC.GetAllocatedBytesForCurrentThread() - before, clock.Elapsed);
    }

    [GeneratedRegex(@"(byte|line|sample) \d|\.zip/")]
    private static partial Regex Place();
}
