using LisNative.Random;

namespace LisNative;

public partial class Var
{
    /// <summary>Zero with a probability p, else x / (1 − p) (Srivastava et al. 2014); dx = dy with the same zeros and factor.</summary>
    /// <param name="probability">In [0, 1).</param>
    /// <param name="numbers">Decides which, and moves on.</param>
    public Var Dropout(double probability, RandomStream numbers)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), $"Dropout: expected a probability in [0, 1), found {probability}");
        }

        return probability == 0 ? this
            : this * new Var(Tensor.GreaterThan(numbers.Draw(Shape), Value.Device.Full([], probability)).Affine(1 / (1 - probability), 0));
    }
}
