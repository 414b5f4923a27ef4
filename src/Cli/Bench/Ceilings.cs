namespace LisNative.Cli.Bench;

/// <summary>What a device reaches in its best case.</summary>
/// <param name="Gflops">GFLOP/s of a large matrix product.</param>
/// <param name="Gbps">GB/s of a copy that no cache holds.</param>
internal sealed record Ceilings(double Gflops, double Gbps)
{
    internal const string Product = "sgemm_2048", Copy = "copy_16Mi";

    private const int Repeat = 7;

    /// <summary>Measures both.</summary>
    /// <param name="device">Where.</param>
    /// <param name="all">The fixed list, of which they are two.</param>
    /// <param name="repeat">Timed runs of a case; they need no more.</param>
    internal static Ceilings Measure(Device device, IReadOnlyList<Case> all, int repeat)
    {
        double Best(string name, Func<Case, double> work)
        {
            var item = all.Single(c => c.Name == name);
            return work(item) / Timing.Of(device, item.Action, Math.Min(repeat, Repeat)).Whole.Min() / 1e6;
        }

        return new(Best(Product, c => c.Flop), Best(Copy, c => c.Bytes));
    }

    /// <summary>The better of two.</summary>
    internal Ceilings Or(Ceilings? other) =>
        other is null ? this : new(Math.Max(Gflops, other.Gflops), Math.Max(Gbps, other.Gbps));

    /// <summary>GFLOP/s that can be reached with so many operations a byte.</summary>
    internal double At(double intensity) => Math.Min(Gflops, intensity * Gbps);
}
