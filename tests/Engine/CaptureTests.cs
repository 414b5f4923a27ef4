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

    /// <summary>Trains for some steps on inputs that differ, and returns the parameters. The widths give every form of convolution.</summary>
    private static float[][] Train(bool captured, int steps, out long managed, out int native)
    {
        using var device = New();
        using var network = Autoencoder.Create(device, new([3, 16, 16], 32, 64, 8), new Philox(1));
        Parameter[] parameters = [.. network.Parameters.Select(p => p.Value)];
        using var adam = new Adam(parameters);
        using var x = device.Zeros([6, 3, 16, 16]);
        Var[] gradients = [];
        void Differentiate() => gradients = Gradient.Of(LisLosses.Error(network.Forward(x), x).Mean(), parameters, release: true);
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
        ? (new Conv2d(device, 32, 32, 4, new ConvGeometry(2, 1), Initialisers.He, new Philox(1)), device.Full([1, 32, 8, 8], 0.5))
        : (new Linear(device, 32, 32, Initialisers.He, new Philox(1)), device.Full([1, 32], 0.5));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_changed_by_a_replay_are_packed_anew_afterwards(bool convolution)
    {
        using var device = New();
        var (layer, x) = Kept(device, convolution);
        float[] Score() => Gradient.Pause(() => layer.Forward(x).Value.ToArray());
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
            return Gradient.Pause(() => changed.Forward(x)).Value;
        }

        Work(layer);
        using var capture = new Capture(device, () => y = Work(other));
        capture.Replay();
        Assert.Equal(Work(layer).ToArray(), y!.ToArray());
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
