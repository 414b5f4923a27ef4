namespace LisNative;

/// <summary>LinSep-LIS-AE (section 4.2): phase 1 also keeps normal data and negatives linearly separable at the latent layer.</summary>
public sealed record LinSepLisOptions : LisOptions
{
    /// <summary>Weight 1 by default.</summary>
    public LinSepLisOptions() => LinSep = 1;
}
