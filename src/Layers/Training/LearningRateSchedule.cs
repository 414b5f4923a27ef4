namespace LisNative.Layers;

/// <summary>
/// A learning rate that rises linearly over the first steps and then falls along half a cosine to a fraction of its peak.
/// </summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="WarmUp">Steps of rising.</param>
/// <param name="Total">Steps in all; the rate stays at its floor beyond them.</param>
/// <param name="Floor">The last rate, as a fraction of the peak.</param>
public readonly record struct LearningRateSchedule(double Peak, int WarmUp, int Total, double Floor)
{
    /// <summary>The rate of a step, counted from 0.</summary>
    public double RateAt(int step)
    {
        if (step < WarmUp)
        {
            return Peak * (step + 1) / WarmUp;
        }

        double done = Math.Min(1, (step - WarmUp) / (double)Math.Max(1, Total - WarmUp));
        return Peak * (Floor + ((1 - Floor) * (1 + Math.Cos(Math.PI * done)) / 2));
    }
}
