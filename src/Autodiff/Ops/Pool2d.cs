namespace LisNative;

// A pooling layer is an element-wise operation over the k² shifted, strided slices of its image.
public partial class Var
{
    /// <summary>The greatest of each kernel × kernel window of [N, C, H, W].</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Var MaxPool2d(int kernel, int stride) => Windows(kernel, stride).Aggregate(Max);

    /// <summary>The mean of each kernel × kernel window of [N, C, H, W].</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Var AvgPool2d(int kernel, int stride) => Windows(kernel, stride).Aggregate((a, b) => a + b) / ((double)kernel * kernel);

    private IEnumerable<Var> Windows(int kernel, int stride)
    {
        if (Shape.Rank != 4 || kernel < 1 || stride < 1 || Shape[2] < kernel || Shape[3] < kernel)
        {
            throw new ArgumentException($"Pool2d: kernel {kernel} and stride {stride} do not fit {Shape}");
        }

        int rows = ((Shape[2] - kernel) / stride) + 1, columns = ((Shape[3] - kernel) / stride) + 1;
        return Enumerable.Range(0, kernel * kernel).Select(i => Slice(2, i / kernel, rows, stride).Slice(3, i % kernel, columns, stride));
    }
}
