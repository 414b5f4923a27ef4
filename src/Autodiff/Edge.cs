using LisNative.Fusion;

namespace LisNative;

/// <summary>One argument of an operation and its vector-Jacobian product.</summary>
/// <param name="Argument">What was computed from.</param>
/// <param name="Gradient">The gradient of the result ↦ the gradient of the argument.</param>
/// <param name="Form">How that gradient is computed, for the rules that fuse it with its neighbours; null where none of them could.</param>
internal readonly record struct Edge(Var Argument, Func<Var, Var> Gradient, GradientForm? Form = null)
{
    /// <summary>The argument's memory, when the result was computed from it.</summary>
    internal Saved Saved { get; } = new(Argument.Value);

    /// <summary>Lets an operation list its edges as pairs.</summary>
    public static implicit operator Edge((Var Argument, Func<Var, Var> Gradient) pair) => new(pair.Argument, pair.Gradient);

    /// <summary>Lets an operation list its edges as triples.</summary>
    public static implicit operator Edge((Var Argument, Func<Var, Var> Gradient, GradientForm Form) triple) =>
        new(triple.Argument, triple.Gradient, triple.Form);
}
