using LisNative.Formulas;

namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>
    /// The first position of the greatest x along an axis, which goes unless <paramref name="keep"/>; of the first NaN, if there is one.
    /// </summary>
    /// <exception cref="ArgumentException">The axis has no positions, or more than 16,777,216.</exception>
    public IndexTensor ArgMax(int axis, bool keep = false) => Position(default(MaxReduction), axis, keep);

    /// <summary>
    /// The first position of the least x along an axis, which goes unless <paramref name="keep"/>; of the first NaN, if there is one.
    /// </summary>
    /// <exception cref="ArgumentException">The axis has no positions, or more than 16,777,216.</exception>
    public IndexTensor ArgMin(int axis, bool keep = false) => Position(default(MinReduction), axis, keep);

    /// <summary>The least of the positions, to which those that do not reach the extreme have the axis's size added.</summary>
    private IndexTensor Position<TOp>(TOp extreme, int axis, bool keep) where TOp : unmanaged, IReduction
    {
        axis = Shape.Axis(axis);
        int size = Shape[axis];
        if (size is 0 or > IndexTensor.Greatest)
        {
            throw new ArgumentException($"ArgMax, ArgMin: axis {axis} of {Shape}; expected 1 to {IndexTensor.Greatest:N0} positions");
        }

        int[] along = new int[Shape.Rank];
        Array.Fill(along, 1);
        along[axis] = size;
        using Tensor greatest = Reduce(extreme, [axis], keep: true), reaches = Map(default(Reaches), this, greatest);
        using Tensor numbers = Positions(Device, size), positions = numbers.Reshape(along), penalties = reaches.Affine(-size, size);
        using var places = penalties + positions;
        return new(places.Reduce(default(MinReduction), [axis], keep), size);
    }
}
