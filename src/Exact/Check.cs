namespace LisNative.Exact;

/// <summary>
/// One claim of the paper's section 4, or of this reference about the engine, and the number that supports or refutes it.
/// </summary>
/// <param name="Name">Short.</param>
/// <param name="Claim">In words, with the paper's symbols.</param>
/// <param name="Residual">How far from holding; what it measures is part of the claim.</param>
/// <param name="Tolerance">The greatest residual with which it comes out as documented.</param>
/// <param name="Verdict">What to think of the paper's statement.</param>
public sealed record Check(string Name, string Claim, double Residual, double Tolerance, string Verdict = "holds")
{
    /// <summary>
    /// Whether it comes out as documented: a claim that is loose in the paper passes when it is loose in the documented way.
    /// </summary>
    public bool Passed => Residual <= Tolerance;
}
