using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>NaN, ±∞, ±0, denormals and the ends of the range, alone and in pairs.</summary>
public sealed class SpecialValues : IProof
{
    private static readonly double[] Values =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f,
        1.17549435e-38f, 1e-30f, -1e-30f,
        float.MaxValue, float.MinValue, 1, -1, 0.5f, 88.7f, 88.8f, 89.5f, -86, -87.5f, -103, -104, -110, 9, -9.1f, 20, 1e-4f, -1e-4f, 1e-8f,
    ];

    /// <inheritdoc/>
    public string Name => "special values";

    /// <inheritdoc/>
    public bool AppliesTo(OperationRecord record) => record.IsElementwise;

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        int n = Values.Length;
        double[] first = record.Arguments.Count == 1 ? Values : [.. Enumerable.Range(0, n * n).Select(i => Values[i / n])];
        double[] second = [.. Enumerable.Range(0, n * n).Select(i => Values[i % n])];
        double[][] arguments = record.Arguments.Count == 1 ? [first] : [first, second];
        double[] Apply(Device d) => record.Apply([.. arguments.Select(a => (Var)d.From(a, [a.Length]))]).Value.ToArray<double>();

        // What double precision can hold and single cannot is rounded before it is compared; one denormal step is allowed.
        double[] expected = [.. Apply(Device.Reference).Select(v => (double)(float)v)];
        double[] found = Apply(device);
        return new(Inputs.Error(found, expected, i => Math.Max(Math.Abs(expected[i]), float.Epsilon / record.Tolerance)), record.Tolerance);
    }
}
