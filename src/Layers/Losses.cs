namespace LisNative.Layers;

/// <summary>
/// What training minimises. Each takes two tensors of one shape, samples first, and returns one number, the mean over the batch.
/// </summary>
public static partial class Losses
{
    /// <summary>mean ‖a − b‖₂, the norm over all elements of a sample (the paper's L of section 3.3, read per sample).</summary>
    public static Var Norm(Var a, Var b) => Var.Distance(a, b).Mean();

    /// <summary>mean (a − b)² over all elements.</summary>
    public static Var MeanSquaredError(Var a, Var b) => Var.SquaredDistance(a, b).Sum() / Math.Max(1, a.Shape.Count);

    /// <summary>mean of −t·ln σ(x) − (1 − t)·ln(1 − σ(x)) = softplus(x) − t·x, which never overflows.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Var BinaryCrossEntropyWithLogits(Var logits, Var targets) => logits.Shape == targets.Shape
        ? (logits.Softplus() - (targets * logits)).Mean()
        : throw new ArgumentException(
            $"BinaryCrossEntropyWithLogits: logits {logits.Shape} and targets {targets.Shape}: expected one shape");
}
