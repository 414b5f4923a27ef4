namespace LisNative.Gpu;

/// <summary>The ladder of matrix products and convolutions, each rung selectable.</summary>
public enum ProductVariant
{
    /// <summary>
    /// A thread computes four results straight from memory. Every sum has the order of <see cref="LisNative.Device.Naive"/>, so all results
    /// have its bits.
    /// </summary>
    Naive,

    /// <summary>Tiles in shared memory and registers; operands loaded one float at a time.</summary>
    Tiled,

    /// <summary>The same tiles; operands loaded 16 bytes at a time where their layout allows it.</summary>
    Vectorised,

    /// <summary>
    /// Tensor cores, from CUDA SM 8.0 on. Operands are rounded to TF32: a product's relative error is up to 2⁻¹⁰, where single precision
    /// has 2⁻²⁴.
    /// </summary>
    TensorCore,
}
