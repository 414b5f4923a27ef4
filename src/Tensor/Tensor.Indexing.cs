using System.Runtime.CompilerServices;

namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>
    /// A view of some positions of the first axes, as <c>x[0]</c>, <c>x[^1]</c> or <c>x[.., 1..3]</c>; an axis of which one is taken goes,
    /// and those that are not named stay whole. <c>x[0].CopyFrom(y)</c> overwrites them.
    /// </summary>
    /// <exception cref="ArgumentException">There are more indices than axes, or one leaves its axis.</exception>
    [IndexerName("Part")]     // Item is a method
    public Tensor this[params ReadOnlySpan<AxisIndex> places]
    {
        get
        {
            if (places.Length > Shape.Rank)
            {
                throw new ArgumentException($"Index: {places.Length} places for {Shape}, which has {Shape.Rank} axes");
            }

            List<int> sizes = [], steps = [];
            int offset = Offset;
            for (int axis = 0; axis < Shape.Rank; axis++)
            {
                var (start, length) = axis < places.Length ? places[axis].Of(Shape, axis) : (0, Shape[axis]);
                offset += length is 0 ? 0 : start * strides[axis];
                if (length is { } many)
                {
                    sizes.Add(many);
                    steps.Add(strides[axis]);
                }
            }

            return View([.. sizes], [.. steps], offset);
        }
    }
}
