using LisNative.Formulas;

namespace LisNative;

// Element by element, into memory of the result's own; a Scope returns what is made on the way. Tensors broadcast to a common shape.
public sealed partial class Tensor
{
    /// <summary>scale·x + offset, rounded once.</summary>
    public Tensor Affine(double scale, double offset) => Map(new Affine(scale, offset));

    /// <summary>a + b.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => Map(default(Add), a, b);

    /// <summary>x + c.</summary>
    public static Tensor operator +(Tensor x, double c) => x.Affine(1, c);

    /// <summary>c + x.</summary>
    public static Tensor operator +(double c, Tensor x) => x.Affine(1, c);

    /// <summary>a − b.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => Map(default(Subtract), a, b);

    /// <summary>x − c.</summary>
    public static Tensor operator -(Tensor x, double c) => x.Affine(1, -c);

    /// <summary>c − x.</summary>
    public static Tensor operator -(double c, Tensor x) => x.Affine(-1, c);

    /// <summary>−x.</summary>
    public static Tensor operator -(Tensor x) => x.Affine(-1, 0);

    /// <summary>a · b.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => Map(default(Multiply), a, b);

    /// <summary>x · c.</summary>
    public static Tensor operator *(Tensor x, double c) => x.Affine(c, 0);

    /// <summary>c · x.</summary>
    public static Tensor operator *(double c, Tensor x) => x.Affine(c, 0);

    /// <summary>a / b.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => Map(default(Divide), a, b);

    /// <summary>x · (1 / c).</summary>
    public static Tensor operator /(Tensor x, double c) => x.Affine(1 / c, 0);

    /// <summary>c / x.</summary>
    public static Tensor operator /(double c, Tensor x)
    {
        using var numerator = x.Device.Full([], c);
        return numerator / x;
    }
}
