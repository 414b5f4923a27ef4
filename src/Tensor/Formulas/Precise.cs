namespace LisNative.Formulas;

/// <summary>Double-precision functions that .NET computes without their whole precision.</summary>
internal static class Precise
{
    /// <summary>
    /// ln(1 + x) without losing a small x (double.LogP1 is Log(x + 1)): the rounding of u = 1 + x is divided out (Higham 2002, section
    /// 1.14.1).
    /// </summary>
    internal static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * x / (u - 1);
    }

    /// <summary>
    /// eˣ − 1 without losing a small x (double.ExpM1 is Exp(x) − 1): the same device with the exponential (Higham 2002, section 1.14.1).
    /// </summary>
    internal static double Expm1(double x)
    {
        double u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 ? -1 : double.IsPositiveInfinity(u) ? u : (u - 1) * x / Math.Log(u);
    }
}
