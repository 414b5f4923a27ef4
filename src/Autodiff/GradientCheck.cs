using LisNative.Memory;
using LisNative.Random;

namespace LisNative;

/// <summary>
/// Gradients held against central differences: whether a rule of one's own is right
/// (<see cref="Var.Custom(Tensor, Var, Func{Var, Var})"/>).
/// </summary>
public static class GradientCheck
{
    /// <summary>
    /// The greatest difference between a gradient of Σ u·f(x), u random, and the difference quotient at the same element, relative to the
    /// greatest of that input's gradient.
    /// </summary>
    /// <remarks>
    /// f is computed twice for each element. On <see cref="Device.Reference"/>, in double precision, 1e-5 is asked for; in single
    /// precision, where differences are coarse, 1e-2. At kinks, differences say nothing.
    /// </remarks>
    /// <param name="f">A function of the inputs that gives the same for the same values.</param>
    /// <param name="inputs">Where to check; they are not changed.</param>
    /// <exception cref="InvalidOperationException">The difference is greater; the message says at which element.</exception>
    /// <example><code>GradientCheck.Of(x => Cube(x[0]), Device.Reference.From(new[] { 0.5, -2 }));</code></example>
    public static double Of(Func<Var[], Var> f, params Var[] inputs)
    {
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = new Scope();
        Var[] leaves = [.. inputs.Select(x => Var.Leaf(x.Value.Contiguous()))];
        var y = NoGrad.Outside(() => f(leaves));
        var u = y.Value.Device.Empty(y.Shape);
        u.Draw(new Philox(1), Distribution.Normal);
        double[][] gradients = [.. Gradient.Compute(y, leaves, u).Select(g => g.Value.ToArray<double>())];
        var worst = (Error: 0.0, Text: "");
        for (int i = 0; i < leaves.Length; i++)
        {
            double[] found = Differences(f, leaves, i, u.ToArray<double>());
            double scale = Math.Max(1e-6, gradients[i].Concat(found).Select(Math.Abs).DefaultIfEmpty().Max());
            for (int j = 0; j < found.Length; j++)
            {
                double error = Math.Abs(gradients[i][j] - found[j]) / scale;
                worst = error <= worst.Error ? worst : (error,
                    $"input {i} {leaves[i].Shape} at {Place(j, leaves[i].Shape)}: {gradients[i][j]:G6}, by differences {found[j]:G6}");
                if (double.IsNaN(error))
                {
                    throw Wrong(worst.Text);
                }
            }
        }

        return worst.Error <= (IsDouble(y) ? 1e-5 : 1e-2) ? worst.Error : throw Wrong(worst.Text);
    }

    private static InvalidOperationException Wrong(string where) => new($"GradientCheck: the gradient of {where}");

    /// <summary>(s(x + h) − s(x − h)) / 2h for each element of an input, s = Σ u·f.</summary>
    private static double[] Differences(Func<Var[], Var> f, Var[] inputs, int input, double[] u)
    {
        double[] values = inputs[input].Value.ToArray<double>(), result = new double[values.Length];
        for (int j = 0; j < values.Length; j++)
        {
            double h = (IsDouble(inputs[input]) ? 1e-5 : 5e-3) * Math.Max(1, Math.Abs(values[j]));
            result[j] = (At(j, values[j] + h) - At(j, values[j] - h)) / (2 * h);
        }

        return result;

        double At(int j, double value)
        {
            using var scope = new Scope();
            double[] moved = [.. values];
            moved[j] = value;
            Var[] x = [.. inputs];
            x[input] = Var.Leaf(x[input].Value.Device.From<double>(moved, x[input].Shape));
            return NoGrad.Outside(() => f(x)).Value.ToArray<double>().Zip(u, (a, b) => a * b).Sum();
        }
    }

    private static bool IsDouble(Var x) => x.Value.Device.Backend.Info.ElementSize == sizeof(double);

    private static string Place(int index, Shape shape)
    {
        int[] place = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            (index, place[axis]) = (index / shape[axis], index % shape[axis]);
        }

        return $"[{string.Join(", ", place)}]";
    }
}
