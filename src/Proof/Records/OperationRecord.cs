using LisNative.Proof.Ulp;

namespace LisNative.Proof.Records;

/// <summary>
/// Everything that has to be said about an operation; all its proofs follow from it. A new operation brings one of these and
/// not a line more.
/// </summary>
/// <param name="Name">Operation and variant.</param>
/// <param name="Apply">The operation.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record OperationRecord(string Name, Func<IReadOnlyList<Var>, Var> Apply, params IReadOnlyList<Argument> Arguments)
{
    /// <summary>
    /// Whether every output element depends on the elements at the same place alone: then all lengths are tried, and special values.
    /// </summary>
    public bool IsElementwise { get; init; }

    /// <summary>
    /// For sums of products: the sum of the absolute products, given the absolute arguments; errors are relative to it. Null where
    /// errors are relative to the result.
    /// </summary>
    public Func<IReadOnlyList<Var>, Var>? Magnitude { get; init; }

    /// <summary>
    /// Whether a product is followed by a function whose slope varies: then the gradient carries the rounding of two products, that of its
    /// own and that of the slope's argument.
    /// </summary>
    public bool IsCurved { get; init; }

    /// <summary>How a transcendental is surveyed over all floats; null of everything else.</summary>
    public UlpSurvey.Function? Ulp { get; init; }

    /// <summary>The bound on the relative error of a single-precision backend.</summary>
    public double Tolerance => Magnitude is null && IsElementwise ? 2e-6 : 2e-5;

    /// <summary>Shapes that the operation must refuse, naming them.</summary>
    public IReadOnlyList<Shape[]> Refuses { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
