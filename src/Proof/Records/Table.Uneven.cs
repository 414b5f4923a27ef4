namespace LisNative.Proof.Records;

public static partial class Table
{
    /// <summary>Convolutions whose height and width differ in more than the image's size, and that are padded on some sides.</summary>
    private static IEnumerable<OperationRecord> UnevenConvolutions()
    {
        foreach (var (c, k, kernel, g) in new (int, int, PerAxis, ConvGeometry)[]
            { (3, 5, 3, new((2, 1), 1)), (16, 20, 3, new((1, 2), 1)), (5, 7, 3, new(1, (1, 2), (1, 2))), (16, 3, 3, new(1, 1, (2, 1))),
            (5, 16, 3, new(1, new(1, 0, 2, 3))), (5, 37, (3, 2), new((3, 2), new(2, 0, 0, 1), (2, 3))), (6, 5, (2, 3), new((2, 3), 1)),
            (7, 20, (1, 3), new(1, (0, 1))), (7, 20, (3, 1), new(1, (1, 0))), (7, 5, 1, new((1, 2))),

            // Forms of Winograd's: stride 1, and stride 2.
            (16, 32, 3, new(1, new(1, 0, 2, 1))), (32, 64, 4, new(2, new(1, 2, 2, 1))),

            // Groups: channel by channel, few and many in a group.
            (6, 6, 3, new(1, new(1, 0, 2, 3), Groups: 6)), (40, 40, (3, 5), new((2, 1), new(0, 2, 1, 1), (1, 2), 40)),
            (6, 12, (1, 3), new((1, 2), (0, 1), Groups: 3)), (36, 18, (3, 1), new((2, 3), new(2, 0, 0, 1), Groups: 2)) })
        {
            Shape x = [2, c, 9, 11], w = [k, c / g.Groups, kernel.H, kernel.W];
            string name = $"{c}→{k} kernel {kernel.H}×{kernel.W} stride {g.Stride} padding {g.Padding} dilation {g.Dilation}"
                + (g.Groups > 1 ? $" in {g.Groups} groups" : "");
            foreach (var record in AllDirections(name, g, x, w))
            {
                yield return record;
            }
        }
    }

    /// <summary>A convolution with bias and activation, its transpose with bias, and its weight gradient.</summary>
    private static IEnumerable<OperationRecord> AllDirections(string name, ConvGeometry g, Shape x, Shape w)
    {
        Shape y = g.Output(x, w);
        yield return new($"conv2d {name}", a => Var.Conv2d(a[0], a[1], g, a[2], Activation.LeakyRelu(0.2)), new(x), new(w), A(w[0]))
        { Magnitude = a => Var.Conv2d(a[0], a[1], g, a[2]) };
        yield return SumOfProducts($"conv_transpose2d {name}", a => Var.ConvTranspose2d(a[0], a[1], x, g, a[2]), new(y), new(w), A(x[1]));
        yield return SumOfProducts($"conv2d_weight {name}", a => Var.Conv2dWeight(a[0], a[1], w, g), new(x), new(y));
    }
}
