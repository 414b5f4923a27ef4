namespace LisNative;

// z = (x − mean) / √(variance + ε) · scale + shift of each channel, axis 1, and y = activation(z). Gradients that are differentiated again
// are those of the composed form.
public partial class Var
{
    /// <summary>
    /// activation((x − mean) / √(variance + ε) · scale + shift) of [N, C, …] with the batch's own moments, over all axes but 1 (Ioffe,
    /// Szegedy 2015).
    /// </summary>
    /// <param name="scale">One number for each channel.</param>
    /// <param name="shift">The same.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="mean">Of the batch: [C], a constant.</param>
    /// <param name="variance">The same, biased: over n, not n − 1.</param>
    /// <param name="activation">What follows; null for nothing.</param>
    /// <exception cref="ArgumentException">There are fewer than two axes, no elements, or more or fewer numbers than channels.</exception>
    public Var BatchNorm(Var scale, Var shift, double epsilon, out Tensor mean, out Tensor variance, Activation? activation = null)
    {
        CheckChannels(scale.Shape, shift.Shape);
        if (Shape.Count == 0)
        {
            throw new ArgumentException($"BatchNorm: {Shape} has no elements, and so no mean; expected a sample at least");
        }

        if (Value.Device.Kernels.Channels is { } kernels)
        {
            using var images = Images();
            (mean, variance) = (Value.Device.Empty(scale.Shape), Value.Device.Empty(scale.Shape));
            kernels.Moments(images, mean, variance);

            // Whoever is handed them may dispose them.
            return Normalise(kernels, scale, shift, (mean.Alias(), variance.Alias()), epsilon, activation, isOfBatch: true);
        }

        var y = NormaliseByItself(scale, shift, epsilon, activation, out var found);
        (mean, variance) = (found.Mean.Reshape(scale.Shape.Sizes), found.Variance.Reshape(scale.Shape.Sizes));
        return y;
    }

    /// <summary>The same with a mean and a variance that are given, as they are when a network has learnt.</summary>
    /// <param name="scale">One number for each channel.</param>
    /// <param name="shift">The same.</param>
    /// <param name="mean">Of each channel, [C].</param>
    /// <param name="variance">The same.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="activation">What follows; null for nothing.</param>
    /// <exception cref="ArgumentException">There are fewer than two axes, or more or fewer numbers than channels.</exception>
    public Var BatchNorm(Var scale, Var shift, Tensor mean, Tensor variance, double epsilon, Activation? activation = null)
    {
        CheckChannels(scale.Shape, shift.Shape, mean.Shape, variance.Shape);
        if (NeedsAny(this, scale, shift))
        {
            // Those given go on changing while a network learns.
            (mean, variance) = (mean.Clone(), variance.Clone());
        }

        return Value.Device.Kernels.Channels is { } kernels
            ? Normalise(kernels, scale, shift, (mean, variance), epsilon, activation, isOfBatch: false)
            : NormaliseBy(mean, variance, scale, shift, epsilon, activation);
    }

    private Var NormaliseByItself(
        Var scale, Var shift, double epsilon, Activation? activation, out (Tensor Mean, Tensor Variance) moments)
    {
        int[] axes = [.. Enumerable.Range(0, Shape.Rank).Where(axis => axis != 1)];
        Var mean = Mean(axes, keep: true), centred = this - mean, variance = centred.Square().Mean(axes, keep: true);
        moments = (mean.Value, variance.Value);
        return Scaled(centred / (variance + epsilon).Sqrt(), scale, shift, activation);
    }

    private Var NormaliseBy(Tensor mean, Tensor variance, Var scale, Var shift, double epsilon, Activation? activation) =>
        Scaled((this - Channelwise(mean)) / (Channelwise(variance) + epsilon).Sqrt(), scale, shift, activation);

    private static Var Scaled(Var normal, Var scale, Var shift, Activation? activation)
    {
        var z = (normal * normal.Channelwise(scale)) + normal.Channelwise(shift);
        return activation is null ? z : z.Activate(activation);
    }

    /// <summary>[C] as [C, 1, …], which broadcasts to this shape.</summary>
    private Var Channelwise(Var vector) => vector.Reshape([Shape[1], .. Enumerable.Repeat(1, Shape.Rank - 2)]);

    /// <summary>By kernels: the activation is a part of them.</summary>
    private Var Normalise(IChannelKernels kernels, Var scale, Var shift, (Tensor Mean, Tensor Variance) moments, double epsilon,
        Activation? activation, bool isOfBatch)
    {
        static Tensor Vector(Tensor x) => x.IsContiguous ? x : x.Contiguous();
        var norm = new ChannelNorm(
            Vector(moments.Mean), Vector(moments.Variance), Vector(scale.Value), Vector(shift.Value), epsilon, activation);
        using Tensor x = Images(), to = EmptyImages();
        kernels.NormaliseChannels(x, norm, to);
        var y = new Var(to.Reshape(Shape.Sizes));
        if (!NeedsAny(this, scale, shift))
        {
            return y;
        }

        var sums = new ChannelSums(kernels, this, norm);
        return y.WithEdges(
            (this, dy => NoGrad.IsActive ? FromSums(dy) : Again(dy, 0)),
            (scale, dy => NoGrad.IsActive ? sums.Of(dy, (scaled, _) => scaled.Clone()) : Again(dy, 1)),
            (shift, dy => NoGrad.IsActive ? sums.Of(dy, (_, shifted) => shifted.Clone()) : Again(dy, 2)))
            .Reading(Value, norm.Mean, norm.Variance, norm.Scale, norm.Shift);

        Var FromSums(Var dy) => isOfBatch ? sums.Of(dy, (scaled, shifted) => ToInput(dy, scaled, shifted)) : ToInput(dy, null, null);

        Tensor ToInput(Var dy, Tensor? scaled, Tensor? shifted)
        {
            using Tensor given = dy.Images(), input = Images(), dx = EmptyImages();
            kernels.ChannelGradient(given, input, norm, scaled, shifted, dx);
            return dx.Reshape(Shape.Sizes);
        }

        // The gradient of the composed form. It gets aliases as arguments, since one of them may have been computed from another.
        Var Again(Var dy, int argument)
        {
            Var[] own = [.. new[] { this, scale, shift }.Select(a => new Var(a.Value.Alias()).WithEdges((a, d => d)))];
            var composed = isOfBatch ? own[0].NormaliseByItself(own[1], own[2], epsilon, activation, out _)
                : own[0].NormaliseBy(moments.Mean, moments.Variance, own[1], own[2], epsilon, activation);
            return Gradient.Compute(composed, [own[argument]], dy, differentiable: true)[0];
        }
    }

    private static bool NeedsAny(Var a, Var b, Var c) => !NoGrad.IsActive && (a.NeedsGradient || b.NeedsGradient || c.NeedsGradient);

    private Tensor EmptyImages() => Tensor.EmptyImages(Value.Device, ImageShape());

    private Tensor Images() => Value.Reshape(ImageShape().Sizes);

    /// <summary>[N, C, H, W], or [N, C, everything else, 1].</summary>
    private Shape ImageShape() => Shape.Rank == 4 ? Shape : [Shape[0], Shape[1], Shape.Create(Shape.Sizes[2..]).Count, 1];

    private void CheckChannels(params ReadOnlySpan<Shape> vectors)
    {
        foreach (var vector in vectors)
        {
            if (Shape.Rank < 2 || vector != [Shape[1]])
            {
                throw new ArgumentException(
                    $"BatchNorm: {vector} for the channels of {Shape}; expected [N, C, …] and a number for each of its channels, [C]");
            }
        }
    }

    /// <summary>
    /// The sums over each channel of a gradient: found by the first rule of three that wants them, and read by the others. A later sweep
    /// brings another gradient.
    /// </summary>
    private sealed class ChannelSums(IChannelKernels kernels, Var x, ChannelNorm norm)
    {
        private readonly Lock gate = new();
        private readonly Tensor scale = norm.Scale.Device.Empty(norm.Scale.Shape), shift = norm.Scale.Device.Empty(norm.Scale.Shape);
        private Var? summed;

        internal Tensor Of(Var dy, Func<Tensor, Tensor, Tensor> use)
        {
            lock (gate)
            {
                if (summed != dy)
                {
                    using Tensor given = dy.Images(), images = x.Images();
                    kernels.SumChannelGradients(given, images, norm, scale, shift);
                    summed = dy;
                }

                return use(scale, shift);
            }
        }
    }
}
