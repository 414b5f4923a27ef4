namespace LisNative.Data;

/// <summary>How vectors are standardised by the normal data; the model keeps the figures.</summary>
public enum Scaling
{
    /// <summary>(x − mean) / deviation.</summary>
    Standard,

    /// <summary>
    /// (x − median) / (interquartile range / 1.349), which a few far values do not move, and which is the deviation of normally distributed
    /// data (scikit-learn's RobustScaler with unit variance). Where half of the values are the same, the deviation.
    /// </summary>
    Robust,
}
