using LisNative.Data;

namespace LisNative.Experiments;

/// <summary>What a task trains and tests on.</summary>
/// <param name="Normal">The positive set 𝓓⁺.</param>
/// <param name="Negatives">The negative set 𝓓⁻.</param>
/// <param name="TestNormal">Normal samples that training never saw.</param>
/// <param name="TestAnomalies">The anomaly set 𝓓ᵃ.</param>
public sealed record TaskData(Dataset Normal, Dataset? Negatives, Dataset TestNormal, Dataset TestAnomalies);
