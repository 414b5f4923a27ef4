namespace LisNative;

/// <summary>
/// Kernels that take rows, the last axis of contiguous tensors, through several passes in one launch. A backend without them has these
/// operations composed of its others.
/// </summary>
public interface IRowKernels
{
    /// <summary>y = eˣ / Σeˣ, shifted by the row's maximum.</summary>
    void Softmax(Tensor x, Tensor y);

    /// <summary>dx = y · (dy − Σ dy·y) for y = softmax x.</summary>
    void SoftmaxGradient(Tensor dy, Tensor y, Tensor dx);

    /// <summary>y = (x − mean) / √(variance + ε), then · scale + shift, contiguous and of a row's length, if both are given.</summary>
    void Normalise(Tensor x, double epsilon, Tensor? scale, Tensor? shift, Tensor y);

    /// <summary>dx = (dy − mean dy − y · mean(dy·y)) / √(variance of x + ε) for y = normalised x.</summary>
    void NormaliseGradient(Tensor dy, Tensor x, double epsilon, Tensor dx);
}
