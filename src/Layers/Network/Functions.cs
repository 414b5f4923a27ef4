using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Layers;

/// <summary>Functions of one value, element by element, by name; each with up to two numbers.</summary>
internal static class Functions
{
    /// <summary>Coefficients of Abramowitz and Stegun 7.1.26, whose error is below 1.5e-7.</summary>
    private const double ErfP = 0.3275911;

    private static readonly double[] ErfA = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];

    private static readonly Dictionary<string, Func<Var, double, double, Var>> All = new(StringComparer.Ordinal)
    {
        ["relu"] = (x, _, _) => x.LeakyRelu(0),
        ["leaky-relu"] = (x, slope, _) => slope >= 0 ? x.LeakyRelu(slope) : x.LeakyRelu(0) + (Negative(x) * slope),
        ["sigmoid"] = (x, _, _) => x.Sigmoid(),
        ["tanh"] = (x, _, _) => x.Tanh(),
        ["clip"] = (x, min, max) => x.Clamp(min, max),
        ["affine"] = (x, scale, offset) => x.Affine(scale, offset),
        ["hard-sigmoid"] = (x, scale, offset) => x.Affine(scale, offset).Clamp(0, 1),
        ["hard-swish"] = (x, _, _) => x * x.Affine(1.0 / 6, 0.5).Clamp(0, 1),
        ["elu"] = (x, alpha, _) => x.LeakyRelu(0) + (Negative(x).Expm1() * alpha),
        ["selu"] = (x, alpha, gamma) => (x.LeakyRelu(0) + (Negative(x).Expm1() * alpha)) * gamma,
        ["softplus"] = (x, _, _) => x.Softplus(),
        ["softsign"] = (x, _, _) => x / x.Abs().Affine(1, 1),
        ["mish"] = (x, _, _) => x * x.Softplus().Tanh(),
        ["gelu"] = (x, _, _) => x * Erf(x * Math.Sqrt(0.5)).Affine(0.5, 0.5),
        ["gelu-tanh"] = (x, _, _) => x * ((x + (x * x.Square() * 0.044715)) * Math.Sqrt(2 / Math.PI)).Tanh().Affine(0.5, 0.5),
        ["erf"] = (x, _, _) => Erf(x),
        ["exp"] = (x, _, _) => x.Exp(),
        ["log"] = (x, _, _) => x.Log(),
        ["sqrt"] = (x, _, _) => x.Sqrt(),
        ["square"] = (x, _, _) => x.Square(),
        ["abs"] = (x, _, _) => x.Abs(),
        ["reciprocal"] = (x, _, _) => 1 / x,
        ["sign"] = (x, _, _) => x.Value.Sign(),
        ["sin"] = (x, _, _) => x.Sin(),
        ["cos"] = (x, _, _) => x.Cos(),
        ["power"] = (x, exponent, _) => x.Pow(exponent),
        ["truncate"] = (x, _, _) => x.Value.Map(default(Truncate)),
        ["not-zero"] = (x, _, _) => 1 - Tensor.EqualTo(x.Value, 0),
    };

    /// <summary>A function of a value.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static Var Apply(string name, Var x, double alpha, double beta) => Check(name)(x, alpha, beta);

    /// <summary>The function of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal static Func<Var, double, double, Var> Check(string name) => All.TryGetValue(name, out var function) ? function
        : throw new ArgumentException($"expected a function ({string.Join(", ", All.Keys)}), found \"{name}\"");

    /// <summary>The function as the end of a kernel; null for one that follows as an operation of its own.</summary>
    internal static Activation? Fused(string name, double alpha) => name switch
    {
        "relu" => Activation.Relu,
        "leaky-relu" when alpha > 0 => Activation.LeakyRelu(alpha),
        "sigmoid" => Activation.Sigmoid,
        "tanh" => Activation.Tanh,
        _ => null,
    };

    /// <summary>x without what follows the point.</summary>
    private readonly record struct Truncate : IUnary
    {
        public T Invoke<T>(T x) where T : struct, ILane<T> => T.CopySign(T.Floor(T.Abs(x)), x);

        public double Exact(double x) => Math.Truncate(x);
    }

    /// <summary>min(x, 0).</summary>
    internal static Var Negative(Var x) => x.Clamp(-float.MaxValue, 0);

    /// <summary>erf x = sign x · (1 − (a₁t + … + a₅t⁵) e^(−x²)), t = 1 / (1 + p|x|).</summary>
    private static Var Erf(Var x)
    {
        var t = 1 / x.Abs().Affine(ErfP, 1);
        var sum = ErfA.Reverse().Skip(1).Aggregate(t * ErfA[^1], (s, a) => (s + a) * t);
        return (sum * (-x.Square()).Exp()).Affine(-1, 1) * new Var(x.Value.Sign());
    }
}
