using LisNative.Models;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// The replicator neural network (Hawkins et al. 2002): a staircase quantises the code; or Sig-RepNN (section 5.1), with a sigmoid before
/// it.
/// </summary>
public sealed record RepNnOptions : AutoencoderOptions
{
    private const string SigmoidName = "sig-repnn";

    /// <summary>N, levels of the staircase.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>a, how steep its steps are; at Hawkins' 100 hardly any gradient passes.</summary>
    public double Steepness { get; init; } = 10;

    /// <summary>Whether a sigmoid keeps the staircase's argument in (0, 1): the method sig-repnn, else repnn.</summary>
    public bool Sigmoid { get; init; }

    internal override void Check()
    {
        base.Check();
        Require(Levels is >= 2 and <= 1000, Levels, "from 2 to 1000");
        Require(Steepness > 0, Steepness, "above 0");
    }

    internal override string MethodName => Sigmoid ? SigmoidName : "repnn";

    internal override string? InName => nameof(Sigmoid);

    internal override DetectorOptions For(string method) => this with { Sigmoid = method == SigmoidName };

    internal override Bottleneck CreateBottleneck(Device device, Philox? random) => new StaircaseBottleneck(Levels, Steepness, Sigmoid);
}
