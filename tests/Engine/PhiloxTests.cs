using LisNative.Random;

namespace LisNative.Tests.Engine;

public class PhiloxTests
{
    /// <summary>Known answers of the Random123 distribution (kat_vectors, philox4x32 10).</summary>
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0xe169c58d6627e8d5UL, 0x9b00dbd8bc57ac4cUL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x41c83b0e408f276dUL, 0x6d5451fda20bc7c6UL)]
    [InlineData(0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0x299f31d0a4093822UL, 0x94fdccebd16cfe09UL, 0x24126ea15001e420UL)]
    public void Known_answers(ulong counterLow, ulong counterHigh, ulong key, ulong low, ulong high) =>
        Assert.Equal((low, high), Philox.Block(counterLow, counterHigh, key));

    [Fact]
    public void Positions_are_the_words_of_the_blocks()
    {
        var random = new Philox(5, 9);
        var (low, high) = Philox.Block(3, 9, 5);
        Assert.Equal([(uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32)],
            Enumerable.Range(12, 4).Select(i => random.Bits((ulong)i)));
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(9, 0)]
    [InlineData(8, 3)]
    [InlineData(9, 4)]
    [InlineData(1, 5)]
    [InlineData(0, 5)]
    [InlineData(71, 0)]
    [InlineData(53, 8)]
    [InlineData(40, 3)]
    [InlineData(48, (1UL << 34) - 8)]
    public void Numbers_drawn_are_those_of_their_positions(int count, ulong first)
    {
        var random = new Philox(5, 9);
        using var drawn = Device.Cpu.Empty([count]);
        drawn.Draw(random, Distribution.Normal, first);
        Assert.Equal(Enumerable.Range(0, count).Select(i => random.Normal(first + (ulong)i)), drawn.ToArray());
        drawn.Draw(random, Distribution.Uniform, first);
        Assert.Equal(Enumerable.Range(0, count).Select(i => random.Uniform(first + (ulong)i)), drawn.ToArray());
    }

    [Fact]
    public void Numbers_are_drawn_into_contiguous_tensors_only()
    {
        using Tensor x = Device.Cpu.Empty([3, 4]), y = x.Transpose();
        Failure.Contains<ArgumentException>("[4, 3]", () => y.Draw(new Philox(1), Distribution.Uniform));
    }

    [Fact]
    public void Uniform_and_normal_have_their_moments()
    {
        var random = new Philox(7);
        double[] uniform = [.. Enumerable.Range(0, 100_000).Select(i => (double)random.Uniform((ulong)i))];
        double[] normal = [.. Enumerable.Range(0, 100_000).Select(i => (double)random.Normal((ulong)i))];
        Assert.InRange(uniform.Min(), 0, 1e-4);
        Assert.InRange(uniform.Max(), 1 - 1e-4, 1);
        Assert.InRange(uniform.Average(), 0.497, 0.503);
        Assert.InRange(normal.Average(), -0.01, 0.01);
        Assert.InRange(normal.Average(v => v * v), 0.98, 1.02);
        Assert.InRange(normal.Average(v => v * v * v * v), 2.9, 3.1);
    }

    [Fact]
    public void Permutations_are_permutations_and_differ()
    {
        int[] first = new Philox(1).Permutation(1000), second = new Philox(1).FoldIn(1).Permutation(1000);
        Assert.Equal(Enumerable.Range(0, 1000), first.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, new Philox(1).Permutation(1000));
    }
}
