namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>The values of a tensor of two axes.</summary>
    /// <exception cref="InvalidOperationException">It has another number of axes.</exception>
    public float[,] ToArray2D() => (float[,])ToArray(2);

    /// <summary>The values of a tensor of three axes.</summary>
    /// <exception cref="InvalidOperationException">It has another number of axes.</exception>
    public float[,,] ToArray3D() => (float[,,])ToArray(3);

    /// <summary>The values of a tensor of four axes.</summary>
    /// <exception cref="InvalidOperationException">It has another number of axes.</exception>
    public float[,,,] ToArray4D() => (float[,,,])ToArray(4);

    private Array ToArray(int rank)
    {
        int[] sizes = Shape.Sizes.ToArray();
        Array result = rank != Shape.Rank
            ? throw new InvalidOperationException($"ToArray{rank}D: {Shape} has {Shape.Rank} axes; ToArray gives any as one row")
            : rank switch
            {
                2 => new float[sizes[0], sizes[1]],
                3 => new float[sizes[0], sizes[1], sizes[2]],
                _ => new float[sizes[0], sizes[1], sizes[2], sizes[3]],
            };
        Read(Device.Elements<float>(result));
        return result;
    }
}
