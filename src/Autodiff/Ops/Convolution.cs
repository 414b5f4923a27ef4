using LisNative.Fusion;

namespace LisNative;

// One trilinear form in x [N, C, H, W], w [K, C, R, S] and y [N, K, P, Q]; each operation contracts two of them, and the
// gradients of each are the other two. The weight's comes first: the input's may be written over the input, which the weight's reads.
public partial class Var
{
    /// <summary>activation(convolution of x with w + b): [N, K, P, Q].</summary>
    public static Var Conv2d(Var x, Var w, ConvGeometry geometry, Var? b = null, Activation? activation = null) =>
        Activated((x, w), e => Tensor.Conv2d(x.Value, w.Value, geometry, e), b, activation, [
            (w, dy => Conv2dWeight(x, dy, w.Shape, geometry)),
            .. Bias(b),
            (x, dy => ConvTranspose2d(dy, w, x.Shape, geometry),
            new EpilogueForm((dy, end) => Tensor.ConvTranspose2d(dy, w.Value, x.Shape, geometry, end)))]);

    /// <summary>activation(transposed convolution of y with w to the given shape [N, C, H, W] + b).</summary>
    public static Var ConvTranspose2d(Var y, Var w, Shape shape, ConvGeometry geometry, Var? b = null, Activation? activation = null) =>
        Activated((y, w), e => Tensor.ConvTranspose2d(y.Value, w.Value, shape, geometry, e), b, activation, [
            (w, dx => Conv2dWeight(dx, y, w.Shape, geometry)),
            .. Bias(b),
            (y, dx => Conv2d(dx, w, geometry), new EpilogueForm((dx, end) => Tensor.Conv2d(dx, w.Value, geometry, end)))]);

    /// <summary>The gradient of a convolution's weight, of the given shape [K, C, R, S].</summary>
    public static Var Conv2dWeight(Var x, Var y, Shape shape, ConvGeometry geometry) =>
        new Var(Tensor.Conv2dWeight(x.Value, y.Value, shape, geometry)).WithEdges(
            (x, dw => ConvTranspose2d(y, dw, x.Shape, geometry)),
            (y, dw => Conv2d(x, dw, geometry))).Reading(x.Value, y.Value);

    private static Edge[] Bias(Var? b) => b is null ? [] : [(b, dy => dy.Sum([0, 2, 3]))];
}
