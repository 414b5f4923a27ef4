namespace LisNative.Cpu;

// Convolutions that are matrix products as they lie: of the single pixels of small images, and of a kernel as large as its image. With
// channels last, x is [pixels of y, taps and inputs], w [taps and inputs, outputs].
internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>Of larger images the results are better written an image at a time.</summary>
    private const int MostPixels = 256, FewWeights = 1024;

    private static bool IsProduct(Tensor x, Tensor w, ConvGeometry geometry)
    {
        int r = w.Shape[2], s = w.Shape[3];
        return geometry.Padding == 0 && geometry.Dilation == 1
            && ((r == 1 && s == 1 && geometry.Stride == 1 && x.Shape[2] * x.Shape[3] <= MostPixels)
                || (r == x.Shape[2] && s == x.Shape[3]));
    }

    /// <summary>Of larger images, too, where few sums are over all their pixels.</summary>
    private static bool IsProductWeight(Tensor x, Tensor w, ConvGeometry geometry) => IsProduct(x, w, geometry)
        || (geometry.Padding == 0 && geometry.Stride == 1 && w.Shape[2] == 1 && w.Shape[3] == 1 && w.Count <= FewWeights);

    private void Product(Tensor x, Tensor w, Tensor y, Epilogue epilogue)
    {
        using Tensor pixels = PixelRows(x, y.Count / y.Shape[1]), taps = Taps(w), result = PixelRows(y, pixels.Shape[0]);
        MatMul(pixels, taps, result, epilogue, y);
    }

    private void ProductTransposed(Tensor y, Tensor w, Tensor x, Epilogue epilogue)
    {
        using Tensor pixels = PixelRows(y, y.Count / y.Shape[1]), result = PixelRows(x, pixels.Shape[0]);
        using Tensor taps = Taps(w), turned = taps.Transpose();
        MatMul(pixels, turned, result, epilogue, x);
    }

    private void ProductWeight(Tensor x, Tensor y, Tensor w)
    {
        using Tensor pixels = PixelRows(x, y.Count / y.Shape[1]), turned = pixels.Transpose();
        using var results = PixelRows(y, pixels.Shape[0]);
        using var sums = w.Device.Empty([turned.Shape[0], results.Shape[1]]);
        MatMul(turned, results, sums, default);
        using var split = sums.Reshape(w.Shape[2], w.Shape[3], w.Shape[1], w.Shape[0]);
        using var ordered = split.Permute(3, 2, 0, 1);
        Copy(ordered, w);
    }

    /// <summary>With the end of a convolution whose result is given: a bias for each of its pixels, and a gate that is elsewhere.</summary>
    private void MatMul(Tensor a, Tensor b, Tensor matrix, Epilogue epilogue, Tensor result)
    {
        int channels = result.Shape[1], repeats = matrix.Shape[1] / channels;
        using var biases = epilogue.Bias?.Expand([repeats, channels]);
        using var bias = biases?.Reshape(matrix.Shape[1]);
        using var laid = epilogue.Gate?.Output.LaidOutAs(result);
        using var kept = laid is not null && Data(laid) == Data(result) ? result.Device.Empty(matrix.Shape) : null;
        using var gate = laid is null ? null : PixelRows(laid, matrix.Shape[0]);
        if (kept is not null)
        {
            Copy(gate!, kept);
        }

        MatMul(a, b, matrix, epilogue with { Bias = bias, Gate = gate is null ? null : new(epilogue.Gate!.Activation, kept ?? gate) });
    }

    private static Tensor PixelRows(Tensor images, int rows)
    {
        using var last = images.Permute(0, 2, 3, 1);
        return last.Reshape(rows, -1);
    }

    private static Tensor Taps(Tensor w)
    {
        using var last = w.Permute(2, 3, 1, 0);
        return last.Reshape(-1, w.Shape[0]);
    }
}
