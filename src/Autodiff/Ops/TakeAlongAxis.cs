namespace LisNative;

// TakeAlongAxis ↔ ScatterAddAlongAxis: each is the other's gradient.
public partial class Var
{
    /// <summary>
    /// Along one axis the positions with the given numbers, at each place of the other axes its own (NumPy's take_along_axis,
    /// torch.gather): y[…, k, …] = x[…, indices[…, k, …], …]; dx = dy, added up position by position.
    /// </summary>
    /// <inheritdoc cref="Tensor.TakeAlongAxis"/>
    public Var TakeAlongAxis(IndexTensor indices, int axis)
    {
        int at = Shape.Axis(axis);
        return new Var(Value.TakeAlongAxis(indices, at)).WithEdges((this, dy => dy.ScatterAddAlongAxis(indices, at, Shape[at])));
    }

    internal Var ScatterAddAlongAxis(IndexTensor indices, int axis, int size) =>
        new Var(Value.ScatterAddAlongAxis(indices, axis, size)).WithEdges((this, dy => dy.TakeAlongAxis(indices, axis)));
}
