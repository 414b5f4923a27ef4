namespace LisNative.Layers;

/// <summary>A function as a module, which has no parameters: an activation that no kernel fuses, a window over images, a reshape.</summary>
public sealed class Lambda(Func<Var, Var> function) : Module
{
    /// <summary>x &lt; 0 ? 0 : x.</summary>
    public static Lambda Relu() => new(x => x.Relu());

    /// <summary>x &lt; 0 ? slope·x : x.</summary>
    public static Lambda LeakyRelu(double slope = 0.01) => new(x => x.LeakyRelu(slope));

    /// <summary>x · Φ(x), Φ the distribution of the standard normal.</summary>
    public static Lambda Gelu() => new(x => x.Gelu());

    /// <summary>x / (1 + e⁻ˣ).</summary>
    public static Lambda Silu() => new(x => x.Silu());

    /// <summary>tanh x.</summary>
    public static Lambda Tanh() => new(x => x.Tanh());

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Lambda Sigmoid() => new(x => x.Sigmoid());

    /// <summary>[batch, everything else].</summary>
    public static Lambda Flatten() => new(x => x.Flatten());

    /// <summary>The greatest of each window; windows beside one another where no stride is given.</summary>
    /// <inheritdoc cref="Var.MaxPool2d(PerAxis, PerAxis, Pads, PerAxis, bool)"/>
    public static Lambda MaxPool2d(
        PerAxis kernel, PerAxis? stride = null, Pads padding = default, PerAxis dilation = default, bool ceiling = false) =>
        new(x => x.MaxPool2d(kernel, stride ?? kernel, padding, dilation, ceiling));

    /// <summary>The mean of each window; windows beside one another where no stride is given.</summary>
    /// <inheritdoc cref="Var.AvgPool2d(PerAxis, PerAxis, Pads, bool, bool)"/>
    public static Lambda AvgPool2d(
        PerAxis kernel, PerAxis? stride = null, Pads padding = default, bool ceiling = false, bool countsPadding = true) =>
        new(x => x.AvgPool2d(kernel, stride ?? kernel, padding, ceiling, countsPadding));

    /// <inheritdoc/>
    public override Var Forward(Var x) => function(x);
}
