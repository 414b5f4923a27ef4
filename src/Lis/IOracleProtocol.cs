namespace LisNative;

/// <summary>
/// A method whose published numbers choose a setting by the AUC on labelled test data. That is an oracle: nobody who looks for unknown anomalies has
/// it. It exists to compare with such numbers, and whatever prints one says so.
/// </summary>
internal interface IOracleProtocol
{
    /// <summary>The settings to choose from.</summary>
    IEnumerable<DetectorOptions> Candidates { get; }
}
