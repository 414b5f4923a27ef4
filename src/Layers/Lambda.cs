namespace LisNative.Layers;

/// <summary>A function as a module without parameters: a reshape, an activation that no kernel fuses.</summary>
public sealed class Lambda(Func<Var, Var> function) : Module
{
    /// <summary>x &lt; 0 ? slope·x : x.</summary>
    public static Lambda LeakyRelu(double slope) => new(x => x.LeakyRelu(slope));

    /// <summary>tanh x.</summary>
    public static Lambda Tanh() => new(x => x.Tanh());

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Lambda Sigmoid() => new(x => x.Sigmoid());

    /// <inheritdoc/>
    public override Var Forward(Var x) => function(x);
}
