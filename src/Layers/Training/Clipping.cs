using LisNative.Formulas;

namespace LisNative.Layers;

/// <summary>Gradients kept from being too long for a step.</summary>
public static class Clipping
{
    /// <summary>g · min(1, most / ‖g‖), the norm taken over all gradients together (Pascanu, Mikolov, Bengio 2013).</summary>
    /// <param name="gradients">Of one device.</param>
    /// <param name="most">The largest norm.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public static Var[] ByNorm(IReadOnlyList<Var> gradients, double most)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (!(most > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(most), $"Clipping: expected a norm above 0, found {most}");
        }

        using var noGrad = new NoGrad();
        return gradients.Count == 0 ? [] : ByNorm(gradients, Squares(gradients), most);
    }

    /// <summary>Σg² of each gradient.</summary>
    internal static Tensor Squares(IReadOnlyList<Var> gradients) =>
        Tensor.ReduceEach(default(SumOfSquares), [.. gradients.Select(g => g.Value)]);

    /// <summary>With Σg² of each gradient.</summary>
    internal static Var[] ByNorm(IReadOnlyList<Var> gradients, Var squares, double most)
    {
        var share = Var.DivideOrZero(squares.Value.Device.Full([1], most), squares.Sum().Sqrt()).Clamp(0, 1);
        return [.. gradients.Select(g => g.IsUnreached ? g : g * share)];
    }
}
