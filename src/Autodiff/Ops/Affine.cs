namespace LisNative;

public partial class Var
{
    /// <summary>scale·x + offset; dx = scale·dy.</summary>
    public Var Affine(double scale, double offset) => new Var(Value.Affine(scale, offset)).WithEdges((this, dy => dy * scale));

    /// <summary>x + c.</summary>
    public static Var operator +(Var x, double c) => x.Affine(1, c);

    /// <summary>c + x.</summary>
    public static Var operator +(double c, Var x) => x.Affine(1, c);

    /// <summary>x − c.</summary>
    public static Var operator -(Var x, double c) => x.Affine(1, -c);

    /// <summary>c − x.</summary>
    public static Var operator -(double c, Var x) => x.Affine(-1, c);

    /// <summary>−x.</summary>
    public static Var operator -(Var x) => x.Affine(-1, 0);

    /// <summary>x · c.</summary>
    public static Var operator *(Var x, double c) => x.Affine(c, 0);

    /// <summary>c · x.</summary>
    public static Var operator *(double c, Var x) => x.Affine(c, 0);

    /// <summary>x / c.</summary>
    public static Var operator /(Var x, double c) => x.Affine(1 / c, 0);

    /// <summary>c / x; dx = −dy·c/x².</summary>
    public static Var operator /(double c, Var x) => x.Value.Device.Full([], c) / x;
}
