namespace LisNative.Hosting;

/// <summary>What one model says of one sample.</summary>
/// <param name="Score">Higher is more anomalous.</param>
/// <param name="Threshold">The score that samples are anomalies beyond.</param>
/// <param name="PValue">The share of normal samples that score at least so high.</param>
public readonly record struct Verdict(float Score, float Threshold, double PValue)
{
    /// <summary>Whether the score lies above the threshold.</summary>
    public bool IsAnomaly => Score > Threshold;
}
