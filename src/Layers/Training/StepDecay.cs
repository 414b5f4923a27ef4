namespace LisNative.Layers;

/// <summary>
/// A learning rate that is multiplied by a factor after every so many steps: torch's StepLR, and with 1 its ExponentialLR, but in steps of
/// the optimiser.
/// </summary>
public sealed class StepDecay
{
    private readonly double first, factor;
    private readonly int every;

    /// <summary>A schedule.</summary>
    /// <param name="first">The rate at first.</param>
    /// <param name="factor">What it is multiplied by.</param>
    /// <param name="every">After how many steps each time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive, or there is no step to a rate.</exception>
    public StepDecay(double first, double factor, int every = 1)
    {
        Require.Positive(nameof(StepDecay), factor);
        Require.AtLeast(nameof(StepDecay), 1, every);
        (this.first, this.factor, this.every) = (first, factor, every);
    }

    /// <summary>The rate of a step, counted from 0.</summary>
    public double RateAt(int step) => first * Math.Pow(factor, step / every);
}
