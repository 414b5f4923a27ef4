using LisNative.Random;

namespace LisNative.Layers;

/// <summary>Start values for a weight of <paramref name="count"/> elements, given how many inputs and outputs meet in one.</summary>
public delegate float[] Initialiser(int count, int fanIn, int fanOut, Philox random);

/// <summary>The usual initialisers.</summary>
public static class Initialisers
{
    /// <summary>
    /// Normal, variance 2 / ((1 + slope²)·fanIn): keeps the variance through a leaky ReLU of that slope (He et al. 2015, equation 15).
    /// </summary>
    public static Initialiser He(double slope = 0) => (count, fanIn, _, random) =>
        Normal(count, Math.Sqrt(2 / ((1 + (slope * slope)) * fanIn)), random);

    /// <summary>Normal, variance 2 / (fanIn + fanOut): keeps it forwards and backwards (Glorot, Bengio 2010, equation 12).</summary>
    public static Initialiser Glorot { get; } = (count, fanIn, fanOut, random) => Normal(count, Math.Sqrt(2.0 / (fanIn + fanOut)), random);

    /// <summary>Uniform in ±1/√fanIn: PyTorch's default for linear and convolutional layers.</summary>
    public static Initialiser Uniform { get; } = (count, fanIn, _, random) =>
    {
        float bound = 1 / MathF.Sqrt(fanIn);
        return Draw(count, Distribution.Uniform, random, u => ((2 * u) - 1) * bound);
    };

    private static float[] Normal(int count, double deviation, Philox random) =>
        Draw(count, Distribution.Normal, random, z => (float)(z * deviation));

    private static float[] Draw(int count, Distribution distribution, Philox random, Func<float, float> place)
    {
        var values = new float[count];
        random.Draw(distribution, 0, values);
        foreach (ref float value in values.AsSpan())
        {
            value = place(value);
        }

        return values;
    }
}
