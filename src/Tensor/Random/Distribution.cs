namespace LisNative.Random;

/// <summary>What <see cref="Philox"/> makes of its bits.</summary>
public enum Distribution
{
    /// <summary>Uniform in (0, 1).</summary>
    Uniform,

    /// <summary>Standard normal.</summary>
    Normal,
}
