using LisNative.Formulas;
using LisNative.Random;

namespace LisNative;

public partial class Var
{
    /// <summary>
    /// Each element 0 with a probability, else x / (1 − probability), so that the mean stays (Srivastava et al. 2014); dx likewise, at the
    /// same places.
    /// </summary>
    /// <param name="probability">In [0, 1); 0 changes nothing, and takes no numbers.</param>
    /// <param name="numbers">What is drawn from: every use and every replay of a recording takes its next numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    public Var Dropout(double probability, RandomStream numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (!(probability >= 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"Dropout: expected a probability in [0, 1), found {probability}");
        }

        if (probability == 0)
        {
            return this;
        }

        var mask = Value.Device.Empty(Shape);
        numbers.Draw(new DropoutMask(probability), mask);
        return this * mask;
    }
}
