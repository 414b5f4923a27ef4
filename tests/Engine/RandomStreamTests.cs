using LisNative.Memory;
using LisNative.Random;
using LisNative.Tests.Proof;

namespace LisNative.Tests.Engine;

public class RandomStreamTests
{
    private static readonly Shape Sizes = [3, 5];

    /// <summary>A use takes a whole number of counter values.</summary>
    private const ulong Taken = 16;

    private static double[] Uniform(ulong first) =>
        [.. Enumerable.Range(0, Sizes.Count).Select(i => (double)new Philox(5).Uniform(first + (ulong)i))];

    private static double[] Normal(ulong first) =>
        [.. Uniform(first).Zip(Uniform(first + Taken), (u, v) => Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v))];

    [Theory, MemberData(nameof(DropoutTests.Devices), MemberType = typeof(DropoutTests))]
    public void Numbers_are_the_generators_next(string backend, string _)
    {
        using var scope = new Scope();
        using var numbers = new RandomStream(Backends.Get(backend), new(5));
        Assert.Equal(Uniform(0), numbers.Uniform(Sizes).ToArray<double>());
        Assert.Equal(Normal(Taken), numbers.Normal(Sizes).ToArray<double>(), Near);
        Assert.Equal(3 * Taken, numbers.Position);
    }

    [Theory, MemberData(nameof(DropoutTests.Recording), MemberType = typeof(DropoutTests))]
    public void Replays_take_the_numbers_after_those_before(string backend, string _)
    {
        using var scope = new Scope();
        var device = Backends.Get(backend);
        using var numbers = new RandomStream(device, new(5));
        Tensor y = device.Zeros(Sizes);
        using var capture = new Capture(device, () => y = numbers.Normal(Sizes));
        for (ulong step = 0; step < 3; step++)
        {
            Assert.Equal(Normal(2 * Taken * step), y.ToArray<double>(), Near);
            capture.Replay();
        }
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-5;
}
