using LisNative.Random;

namespace LisNative.Layers;

/// <summary>
/// In training zeroes each element with a probability p and divides the others by 1 − p, so that the mean stays (Srivastava et al. 2014);
/// else passes on what it gets.
/// </summary>
public sealed class Dropout : Module
{
    private readonly double probability;
    private readonly RandomStream numbers;

    /// <summary>With numbers of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Dropout(Device device, double probability, Generator random)
    {
        ArgumentNullException.ThrowIfNull(random);
        this.probability = probability is >= 0 and < 1 ? probability
            : throw new ArgumentOutOfRangeException(nameof(probability), $"Dropout: expected a probability in [0, 1), found {probability}");
        numbers = Register(nameof(numbers), new RandomStream(device, random.Next()));
    }

    /// <inheritdoc/>
    public override Var Forward(Var x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return IsTraining ? x.Dropout(probability, numbers) : x;
    }
}
