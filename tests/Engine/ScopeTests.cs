using LisNative.Memory;

namespace LisNative.Tests.Engine;

/// <summary>Scopes of methods that wait, and of several threads.</summary>
public class ScopeTests
{
    /// <summary>On the threads of the pool, without the tests' own context, so that a method goes on where its task ended.</summary>
    private static Task Run(Func<Task> work) => Task.Run(work, TestContext.Current.CancellationToken);

    /// <summary>Goes on on another thread.</summary>
    private static Task<int> Elsewhere()
    {
        int before = Environment.CurrentManagedThreadId;
        var done = new TaskCompletionSource<int>();
        new Thread(() =>
        {
            Thread.Sleep(20);
            Assert.NotEqual(before, Environment.CurrentManagedThreadId);
            done.SetResult(Environment.CurrentManagedThreadId);
        }).Start();
        return done.Task;
    }

    [Fact]
    public Task A_scope_goes_across_an_await_with_those_inside_it() => Run(async () =>
    {
        using var device = Device.OnCpu(1);
        Tensor kept;
        using (var outer = new Scope())
        {
            Tensor first = device.Full([3], 1), second;
            using (var inner = new Scope())
            {
                second = device.Full([3], 2);
                int there = await outer.Across(Elsewhere());
                Assert.Equal(there, Environment.CurrentManagedThreadId);
                Assert.Equal([3, 3, 3], (first + second).ToArray());
                kept = outer.Keep(inner.Keep(first * 5));
            }

            await outer.Across(Task.CompletedTask);
            Failure.Contains<ObjectDisposedException>("Scope.Keep", () => second.ToArray());
            Assert.Equal(2, device.Pool.Lent);
        }

        Assert.Equal(1, device.Pool.Lent);
        Assert.Equal([5, 5, 5], kept.ToArray());
        kept.Dispose();
    });

    /// <summary>Neither the thread that is left behind, nor one that the scope starts, is in it.</summary>
    [Fact]
    public Task No_other_work_gets_into_a_scope_that_waits() => Run(async () =>
    {
        using var device = Device.OnCpu(1);
        using var before = new Scope();
        var gate = new TaskCompletionSource();
        var work = Work();
        var own = device.Full([1], 7);
        var started = await before.Across(Task.Run(() => device.Full([1], 8)));
        gate.SetResult();
        await before.Across(work);
        Assert.Equal((7, 8), (own.Item(), started.Item()));
        started.Dispose();

        async Task Work()
        {
            using var scope = new Scope();
            var x = device.Full([1], 1);
            await scope.Across(gate.Task);
            Assert.Equal(2, (x + x).Item());
        }
    });

    [Fact]
    public async Task A_failure_of_what_is_waited_for_arrives_in_the_scope()
    {
        using var device = Device.OnCpu(1);
        async Task Fail()
        {
            await Elsewhere();
            throw new FormatException("no number");
        }

        async Task Work()
        {
            using var scope = new Scope();
            _ = device.Full([1], 1);
            await scope.Across(Fail());
        }

        await Assert.ThrowsAsync<FormatException>(Work);
        Assert.Equal(0, device.Pool.Lent);
    }

    [Fact]
    public void A_scope_that_was_left_at_an_await_says_so()
    {
        var left = new Scope();
        var thread = new Thread(() =>
        {
            Failure.Contains<InvalidOperationException>("scope.Across(task)", left.Dispose);
            Assert.Throws<InvalidOperationException>(() => left.Across(Task.CompletedTask));
        });
        thread.Start();
        thread.Join();
        left.Dispose();
    }

    [Fact]
    public void A_tensor_of_another_threads_scope_that_has_ended_is_refused()
    {
        using var device = Device.OnCpu(1);
        Tensor? made = null;
        var thread = new Thread(() =>
        {
            using var scope = new Scope();
            made = device.Full([2], 1);
        });
        thread.Start();
        thread.Join();
        Failure.Contains<ObjectDisposedException>("the scope in which it was made has ended", () => made! + 1);
        Assert.Equal("Tensor [2] on cpu was disposed", Assert.Throws<ObjectDisposedException>(Disposed).Message.Split('\n')[0]);

        void Disposed()
        {
            var x = device.Full([2], 1);
            x.Dispose();
            x.ToArray();
        }
    }
}
