namespace LisNative;

/// <summary>AnoGAN-FM: the same networks, scored with the distance between the critic's features too.</summary>
public sealed record AnoGanFmOptions : AnoGanOptions
{
    internal override string[] Scores => [AnoGan.Matching, AnoGan.Image];
}
