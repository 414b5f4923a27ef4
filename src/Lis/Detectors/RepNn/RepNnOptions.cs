using LisNative.Models;
using LisNative.Random;

namespace LisNative;

/// <summary>The replicator neural network (Hawkins et al. 2002): a staircase quantises the code.</summary>
public record RepNnOptions : AutoencoderOptions
{
    /// <summary>N, levels of the staircase.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>a, how steep its steps are; at Hawkins' 100 hardly any gradient passes.</summary>
    public double Steepness { get; init; } = 10;

    /// <inheritdoc/>
    public override void Check()
    {
        base.Check();
        Require(Levels >= 2, nameof(Levels), "at least 2", Levels);
        Require(Steepness > 0, nameof(Steepness), "above 0", Steepness);
    }

    internal override Bottleneck CreateBottleneck(Device device, Philox? random) => new StaircaseBottleneck(Levels, Steepness, sigmoid: false);
}
