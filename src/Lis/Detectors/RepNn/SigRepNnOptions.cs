using LisNative.Models;
using LisNative.Random;

namespace LisNative;

/// <summary>Sig-RepNN (section 5.1): a sigmoid before the replicator's staircase keeps its argument in (0, 1).</summary>
public sealed record SigRepNnOptions : RepNnOptions
{
    internal override Bottleneck CreateBottleneck(Device device, Philox? random) => new StaircaseBottleneck(Levels, Steepness, sigmoid: true);
}
