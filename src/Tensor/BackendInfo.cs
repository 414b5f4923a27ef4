namespace LisNative;

/// <summary>What a backend is and prefers; it stays as it is.</summary>
public sealed class BackendInfo
{
    /// <summary>What it runs on, in a few words.</summary>
    public required string Description { get; init; }

    /// <summary>Bytes of one element: 4 (single precision) unless it computes in double.</summary>
    public int ElementSize { get; init; } = sizeof(float);

    /// <summary>Whether addresses are those of this process's memory, and a kernel is done when its call returns.</summary>
    public bool UsesHostMemory { get; init; }

    /// <summary>
    /// The relative error to which factors of matrix products and convolutions are rounded before they are multiplied; 0 where they are
    /// not.
    /// </summary>
    public double ProductRounding { get; init; }

    /// <summary>
    /// Whether every sum has the order of <see cref="Device.Naive"/>, so that results have its bits; kernels for whole rows are then not
    /// asked for.
    /// </summary>
    public bool SumsInOrder { get; init; }

    /// <summary>
    /// Whether a convolution's weight is read, and its gradient written, as it lies if that is in the order K, R, S, C; else contiguous.
    /// </summary>
    public bool WantsChannelsLast { get; init; }
}
