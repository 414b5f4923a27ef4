namespace LisNative.Cli.Bench;

/// <summary>A case's times, and how near they come to what the device reaches.</summary>
internal sealed record Result(Case Case, Timing Timing)
{
    internal const string InCache = "in cache";

    /// <summary>Operands and results of fewer bytes stay in a cache from run to run.</summary>
    private const double CacheBytes = 16 << 20;

    internal double Ms => Timing.Median;

    /// <summary>0 where no operations are counted.</summary>
    internal double Gflops => Case.Flop / Ms / 1e6;

    /// <summary>0 where no bytes are.</summary>
    internal double Gbps => Case.Bytes / Ms / 1e6;

    /// <summary>The share of the ceiling that binds; 0 where nothing is counted, or no ceiling is known.</summary>
    internal double Limit(Ceilings? ceilings) => ceilings is null ? 0
        : Case.Flop > 0 ? Gflops / ceilings.At(Case.Intensity) : Gbps / ceilings.Gbps;

    /// <summary>What must be known to read the share; one above 1 is never without.</summary>
    internal string? Note(Ceilings? ceilings, bool cold) =>
        Case.HasWinograd ? "counts the direct algorithm's operations; Winograd's form needs fewer"
        : Limit(ceilings) <= 1 ? null
        : Case.Bytes < CacheBytes && !cold ? InCache
        : $"more than {Ceilings.Product} and {Ceilings.Copy} reached";
}
