using LisNative.Cpu;
using LisNative.Formulas;
using LisNative.Lanes;
using LisNative.Layers;
using LisNative.Memory;
using LisNative.Models;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Tests.Engine;

/// <summary>A recorded training step: the same bits as one done anew, and nothing allocated.</summary>
public class CaptureTests
{
    private static Device New() => new("test", new CpuBackend<Lane512>(2));

    /// <summary>
    /// Trains for some steps on inputs that differ, and returns the parameters. The widths give every form of convolution.
    /// </summary>
    private static float[][] Train(bool captured, int steps, out long managed, out int native)
    {
        using var device = New();
        using var network = Autoencoder.Create(device, new([3, 16, 16], 32, 64, 8), new Philox(1));
        Parameter[] parameters = [.. network.Parameters.Select(p => p.Value)];
        using var adam = new Adam(parameters);
        using var x = device.Zeros([6, 3, 16, 16]);
        Var[] gradients = [];
        void Differentiate() => gradients = Gradient.Compute(LisLosses.Error(network.Forward(x), x).Mean(), parameters, release: true);
        using var scope = new Scope();
        using var capture = captured ? new Capture(device, Differentiate) : null;
        (managed, native) = (0, 0);
        for (int i = 0; i < steps; i++)
        {
            if (i == 3)
            {
                (managed, native) = (GC.GetAllocatedBytesForCurrentThread(), device.Pool.Allocations + (capture?.Pool.Allocations ?? 0));
            }

            device.Backend.Fill(x, 0.1 * i);
            (capture is null ? Differentiate : (Action)capture.Replay)();
            adam.Step(gradients);
        }

        managed = (GC.GetAllocatedBytesForCurrentThread() - managed) / (steps - 3);
        native = device.Pool.Allocations + (capture?.Pool.Allocations ?? 0) - native;
        return [.. parameters.Select(p => p.Value.ToArray())];
    }

    [Fact]
    public void Replayed_steps_give_the_bits_of_steps_done_anew() =>
        Assert.Equal(Train(captured: false, 6, out _, out _), Train(captured: true, 6, out _, out _));

    [Fact]
    public void Replayed_steps_allocate_nothing_native_and_less_than_4_KiB_managed()
    {
        Train(captured: true, 13, out long managed, out int native);
        Assert.InRange(managed, 0, 4095);
        Assert.Equal(0, native);
    }

    /// <summary>A layer whose weight the device keeps in another order, and one sample for it.</summary>
    private static (WeightedLayer Layer, Tensor Sample) Kept(Device device, bool convolution) => convolution
        ? (new Conv2d(device, 32, 32, 4, new ConvGeometry(2, 1), Initialisers.He(0.2), new Philox(1)), device.Full([1, 32, 8, 8], 0.5))
        : (new Linear(device, 32, 32, Initialisers.He(0.2), new Philox(1)), device.Full([1, 32], 0.5));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_changed_by_a_replay_are_packed_anew_afterwards(bool convolution)
    {
        using var device = New();
        var (layer, x) = Kept(device, convolution);
        float[] Score()
        {
            using var noGrad = new NoGrad();
            return layer.Forward(x).Value.ToArray();
        }

        float[] before = Score();
        using var capture = new Capture(device, () => device.Backend.Unary(default(Square), layer.Weight.Value, layer.Weight.Value));
        float[] once = Score();
        capture.Replay();
        Assert.NotEqual(before, once);
        Assert.NotEqual(once, Score());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_changed_inside_a_replay_are_packed_anew_inside_it(bool convolution)
    {
        using var device = New();
        var (layer, x) = Kept(device, convolution);
        var (other, _) = Kept(device, convolution);
        using var scope = new Scope();
        Tensor? y = null;
        Tensor Work(WeightedLayer changed)
        {
            device.Backend.Unary(default(Square), changed.Weight.Value, changed.Weight.Value);
            using var noGrad = new NoGrad();
            return changed.Forward(x).Value;
        }

        Work(layer);
        using var capture = new Capture(device, () => y = Work(other));
        capture.Replay();
        Assert.Equal(Work(layer).ToArray(), y!.ToArray());
    }

    /// <summary>
    /// Memory that a recording works on stays with it: nobody else is given it, and a replay says that the tensor has gone.
    /// </summary>
    [Fact]
    public void A_replay_after_its_tensor_was_disposed_is_refused_and_touches_nothing()
    {
        using var device = New();
        Tensor x = device.Full([1000], 2), y = device.Zeros([1000]);
        var capture = new Capture(device, () => y.CopyFrom(x));
        x.Dispose();
        using var other = device.Full([1000], 5);
        Assert.Throws<ObjectDisposedException>(capture.Replay);
        Assert.Equal(2, y.ToArray()[999]);
        y.Dispose();
        using var third = device.Full([1000], 7);
        Assert.Throws<ObjectDisposedException>(capture.Replay);
        Assert.Equal((5, 7), (other.ToArray()[0], third.ToArray()[0]));
        Assert.Equal(4, device.Pool.Lent);
        capture.Dispose();
        capture.Dispose();
        Assert.Throws<ObjectDisposedException>(capture.Replay);
        Assert.Equal(2, device.Pool.Lent);
    }

    /// <summary>
    /// Recordings, tensors and devices that one thread disposes while others use them: a right answer or the news that they are gone.
    /// </summary>
    [Fact]
    public void Disposed_under_its_users_a_recording_a_tensor_or_a_device_answers_right_or_says_that_it_was()
    {
        int wrong = 0;
        for (int round = 0; round < 100; round++)
        {
            var device = new Device("test", new CpuBackend<Lane256>(2));
            Tensor x = device.Full([4000], 3), y = device.Zeros([4000]);
            var capture = new Capture(device, () => device.Backend.Unary(default(Square), x, y));
            using var start = new Barrier(4);
            Thread[] users = [.. Enumerable.Range(0, 3).Select(t => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    while (true)
                    {
                        using var scope = new Scope();
                        if (t == 0)
                        {
                            capture.Replay();
                        }
                        else if ((x + device.Full([4000], 8)).ToArray().AsSpan().IndexOfAnyExcept(11) >= 0)
                        {
                            Interlocked.Increment(ref wrong);
                        }
                    }
                }
                catch (ObjectDisposedException)
                {
                }
            }))];
            Array.ForEach(users, u => u.Start());
            start.SignalAndWait(TestContext.Current.CancellationToken);
            Action[] ends = [x.Dispose, capture.Dispose, device.Dispose];
            Array.ForEach(ends[(round % 3)..], end => end());
            Array.ForEach(ends, end => end());
            Array.ForEach(users, u => u.Join());
            y.Dispose();
            Assert.Equal((0, 0L), (device.Pool.Lent, device.Pool.Bytes));
        }

        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_recording_of_one_device_is_given_no_work_of_another()
    {
        using Device device = New(), other = New();
        using Tensor x = device.Zeros([3]), y = other.Zeros([3]);
        Assert.Throws<NotSupportedException>(() => new Capture(device, () => y.Square()));
        Assert.Throws<NotSupportedException>(() => new Capture(device, () => Device.Reference.Zeros([3])));
    }

    [Fact]
    public void Refuses_host_values_nesting_and_devices_that_cannot_record()
    {
        using var device = New();
        Assert.Throws<NotSupportedException>(() => new Capture(device, () => device.From([1f], [1])));
        Assert.Throws<NotSupportedException>(() => new Capture(device, () => _ = new Capture(device, () => { })));
        Assert.Throws<NotSupportedException>(() => new Capture(Device.Reference, () => { }));
        using var usable = new Capture(device, () => device.Zeros([1]));
    }
}
