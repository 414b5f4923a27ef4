using LisNative.Data;

namespace LisNative.Tests;

/// <summary>Detectors as most tests want them: fitted on the CPU, and no longer than the test runs.</summary>
internal static class Fitting
{
    internal static Detector FitOn(
        this DetectorOptions options, Dataset normal, Dataset? negatives = null, Scaling scaling = Scaling.Standard) =>
        Detector.Fit(Device.Cpu, normal, negatives, options, scaling: scaling, cancellation: TestContext.Current.CancellationToken);
}
