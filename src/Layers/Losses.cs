namespace LisNative.Layers;

/// <summary>
/// What training minimises. Each takes two tensors of one shape, samples first (of classes: logits and labels), and returns one number,
/// the mean over the batch.
/// </summary>
public static class Losses
{
    /// <summary>mean ‖a − b‖₂, the norm over all elements of a sample (the paper's L of section 3.3, read per sample).</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Var Norm(Var a, Var b)
    {
        CheckEqual(nameof(Norm), a, b);
        return Var.Distance(a, b).Mean();
    }

    /// <summary>mean (a − b)² over all elements.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Var MeanSquaredError(Var a, Var b)
    {
        CheckEqual(nameof(MeanSquaredError), a, b);
        return Var.SquaredDistance(a, b).Sum() / Math.Max(1, a.Shape.Count);
    }

    /// <summary>mean of −t·ln σ(x) − (1 − t)·ln(1 − σ(x)) = softplus(x) − t·x, which never overflows.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Var BinaryCrossEntropyWithLogits(Var logits, Var targets)
    {
        CheckEqual(nameof(BinaryCrossEntropyWithLogits), logits, targets);
        return (logits.Softplus() - (targets * logits)).Mean();
    }

    /// <summary>
    /// mean of −ln softmax(logits)[label]: logits [batch, classes], one label each, 0 to classes − 1. The gradient is softmax − one-hot.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or a label is none of the classes.</exception>
    public static Var CrossEntropy(Var logits, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        CheckClasses(logits, [labels.Length]);
        int classes = logits.Shape[1], odd = Array.FindIndex(labels, label => label < 0 || label >= classes);
        if (odd >= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(labels), $"CrossEntropy: label {labels[odd]} of sample {odd} is no class; expected 0 to {classes - 1}");
        }

        using var numbers = logits.Value.Device.Indices(labels);
        return CrossEntropy(logits, numbers);
    }

    /// <inheritdoc cref="CrossEntropy(Var, int[])"/>
    /// <remarks>A recording reads the labels anew in each replay.</remarks>
    public static Var CrossEntropy(Var logits, IndexTensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        CheckClasses(logits, labels.Shape);
        labels.CheckWithin(nameof(CrossEntropy), logits.Shape, 1);
        int batch = Math.Max(1, logits.Shape[0]);
        var chosen = labels.OneHot(logits.Shape[1]);
        var value = Device.Scoped(() => (Var.Where(chosen, logits.Detach().LogSoftmax(1), 0).Sum() / -batch).Value);
        return Var.Custom(value, (logits, dy => (logits.Softmax(1) - chosen) * (dy / batch)));
    }

    /// <summary>
    /// mean of d²/2 where |d| ≤ δ, else δ·(|d| − δ/2), for d = a − b (Huber 1964): c·(d − c/2) with d limited to ±δ as c.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes differ, or δ is not positive.</exception>
    public static Var Huber(Var a, Var b, double delta = 1)
    {
        Require.Positive(nameof(Huber), delta);
        CheckEqual(nameof(Huber), a, b);
        var d = a - b;
        var c = d.Clamp(-delta, delta);
        return (c * (d - (c / 2))).Mean();
    }

    /// <summary>
    /// The mean over the batch of Σ p·(ln p − q), the divergence of the distribution that q is the logarithm of from the target p
    /// (torch.nn.functional.kl_div with "batchmean"); 0·ln 0 is 0.
    /// </summary>
    /// <param name="logarithms">q: logarithms of probabilities, as from <see cref="Var.LogSoftmax"/>; samples first.</param>
    /// <param name="targets">p: probabilities.</param>
    /// <exception cref="ArgumentException">The shapes differ, or have no axis of samples.</exception>
    public static Var KullbackLeibler(Var logarithms, Var targets)
    {
        CheckEqual(nameof(KullbackLeibler), logarithms, targets);
        int batch = targets.Shape.Rank > 0 ? Math.Max(1, targets.Shape[0])
            : throw new ArgumentException("KullbackLeibler: a single number []; expected samples in the first axis");
        var known = Var.Where(Tensor.EqualTo(targets.Value, 0), targets.Value.Device.Full([], 1), targets).Log();
        return (targets * (known - logarithms)).Sum() / batch;
    }

    private static void CheckEqual(string loss, Var a, Var b)
    {
        if (a.Shape != b.Shape)
        {
            throw new ArgumentException($"{loss}: {a.Shape} and {b.Shape}: expected one shape");
        }
    }

    private static void CheckClasses(Var logits, Shape labels)
    {
        if (logits.Shape.Rank != 2 || labels != [logits.Shape[0]])
        {
            throw new ArgumentException(
                $"CrossEntropy: logits {logits.Shape} and labels {labels}: expected [batch, classes] and a label for each sample, [batch]");
        }
    }
}
