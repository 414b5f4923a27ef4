namespace LisNative;

public partial class Var
{
    /// <summary>
    /// A value that something of one's own computed, with its gradients: of each argument the function from dy, the gradient of the value,
    /// to the argument's, which has its shape. A rule that is written in operations on <see cref="Var"/> can be differentiated itself.
    /// </summary>
    /// <example><code>static Var Cube(Var x) => Var.Custom(x.Value * x.Value * x.Value, (x, dy => dy * 3 * x.Square()));</code></example>
    /// <seealso cref="GradientCheck"/>
    public static Var Custom(Tensor value, params ReadOnlySpan<(Var Argument, Func<Var, Var> Gradient)> arguments)
    {
        ArgumentNullException.ThrowIfNull(value);
        var (edges, read) = (new Edge[arguments.Length], new Tensor[arguments.Length]);
        for (int i = 0; i < edges.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(arguments[i].Argument);
            ArgumentNullException.ThrowIfNull(arguments[i].Gradient);
            (edges[i], read[i]) = (arguments[i], arguments[i].Argument.Value);
        }

        return new Var(value).WithEdges(edges).Reading(read);
    }

    /// <summary>The same of one argument, as languages without C#'s lists of arguments write it.</summary>
    public static Var Custom(Tensor value, Var argument, Func<Var, Var> gradient) => Custom(value, (argument, gradient));
}
