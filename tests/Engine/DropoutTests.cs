using LisNative.Memory;
using LisNative.Random;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Engine;

public class DropoutTests
{
    private const double Probability = 0.3;

    private static readonly Shape Sizes = [3, 347];

    public static TheoryData<string, string> Devices() => Backends.Times(_ => ["dropout"]);

    private static float[] Expected(ulong first) => [.. Enumerable.Range(0, Sizes.Count)
        .Select(i => new Philox(5, 2).Uniform(first + (ulong)i) < (float)Probability ? 0 : (float)(1 / (1 - Probability)))];

    /// <summary>A use takes a whole number of counter values.</summary>
    private static ulong Taken => ((ulong)Sizes.Count + 3) / 4 * 4;

    [Theory, MemberData(nameof(Devices))]
    public void Values_and_gradients_have_one_mask(string backend, string _) => HaveOneMask(Backends.Get(backend));

    internal static void HaveOneMask(Device device)
    {
        using var scope = new Scope();
        using var numbers = new RandomStream(device, new(5, 2));
        var x = Var.Leaf(device.Full(Sizes, 2));
        for (ulong use = 0; use < 2; use++)
        {
            Assert.Equal(use * Taken, numbers.Position);
            float[] mask = Expected(use * Taken);
            var y = x.Dropout(Probability, numbers);
            var first = Gradient.Compute(y * y, [x], device.Full(Sizes, 1), differentiable: true)[0];
            Assert.Equal(mask.Select(m => 2 * m), y.Value.ToArray());
            float[] second = Gradient.Compute(first.Sum(), [x])[0].Value.ToArray();
            Assert.Equal(mask.Select(m => 4 * m * m), first.Value.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(mask.Select(m => 2 * m * m), second, (a, b) => Math.Abs(a - b) < 1e-5);
        }

        numbers.Position = 6;
        Assert.Equal(Expected(6).Select(m => 2 * m), x.Dropout(Probability, numbers).Value.ToArray());
    }

    public static TheoryData<string, string> Recording() => Backends.Times(
        name => name is "cpu:naive" ? [] : ["dropout"]);

    [Theory, MemberData(nameof(Recording))]
    public void Replays_take_the_numbers_of_the_same_steps_unrecorded(string backend, string _) => ReplayInTurn(Backends.Get(backend));

    internal static void ReplayInTurn(Device device)
    {
        using var scope = new Scope();
        using var numbers = new RandomStream(device, new(5, 2));
        var x = Var.Leaf(device.Full(Sizes, 1));
        Tensor y = x.Value, dx = y;
        using var capture = new Capture(device, () =>
        {
            var result = x.Dropout(Probability, numbers);
            (y, dx) = (result.Value, Gradient.Compute(result, [x], x)[0].Value);
        });
        for (ulong step = 0; step < 3; step++)
        {
            Assert.Equal(Expected(step * Taken), y.ToArray());
            Assert.Equal(Expected(step * Taken), dx.ToArray());
            capture.Replay();
        }

        Assert.NotEqual(Expected(0), Expected(Taken));
        numbers.Dispose();
        Assert.Throws<ObjectDisposedException>(capture.Replay);
    }

    [Fact]
    public void Zero_is_the_identity_and_takes_nothing()
    {
        using var numbers = new RandomStream(Device.Cpu, new(1));
        Var x = Device.Cpu.Zeros([3]);
        Assert.Same(x, x.Dropout(0, numbers));
        Assert.Equal(0UL, numbers.Position);
    }

    [Theory, InlineData(1), InlineData(-0.1), InlineData(double.NaN)]
    public void Other_probabilities_are_refused(double probability)
    {
        using var numbers = new RandomStream(Device.Cpu, new(1));
        Var x = Device.Cpu.Zeros([3]);
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(probability, numbers));
        Assert.Contains("[0, 1)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_another_device_are_refused()
    {
        using var numbers = new RandomStream(Device.Reference, new(1));
        Var x = Device.Cpu.Zeros([3]);
        Assert.Throws<ArgumentException>(() => x.Dropout(0.5, numbers));
    }

    [Fact]
    public void A_stream_begins_outside_of_recordings()
    {
        Assert.Throws<NotSupportedException>(() => new Capture(Device.Cpu, () => new RandomStream(Device.Cpu, new(1)).Dispose()));
    }
}
