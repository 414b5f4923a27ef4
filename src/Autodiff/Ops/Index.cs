namespace LisNative;

// Index ↔ Place: each is the other's gradient.
public partial class Var
{
    /// <summary>
    /// Some positions of the first axes, as <c>x[0]</c>, <c>x[^1]</c> or <c>x[.., 1..3]</c>; an axis of which one is taken goes, and those
    /// that are not named stay whole. dx = dy there among zeros.
    /// </summary>
    /// <exception cref="ArgumentException">There are more indices than axes, or one leaves its axis.</exception>
    public Var this[params ReadOnlySpan<AxisIndex> places]
    {
        get
        {
            AxisIndex[] own = places.ToArray();
            return new Var(Value[own]).WithEdges((this, dy => dy.Place(own, Shape)));
        }
    }

    private Var Place(AxisIndex[] places, Shape shape)
    {
        var whole = Value.Device.Zeros(shape);
        using var inside = whole[places];
        inside.CopyFrom(Value);
        return new Var(whole).WithEdges((this, dy => dy[places]));
    }
}
