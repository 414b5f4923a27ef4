using LisNative.Formulas;
using LisNative.Memory;
using LisNative.Proof.Records;

namespace LisNative.Proof.Ulp;

/// <summary>
/// The error of the transcendentals in units in the last place of the exact result, over all float inputs or a sample of them. The exact
/// result is that of double precision.
/// </summary>
public static class UlpSurvey
{
    private const int Chunk = 1 << 20;

    /// <summary>The functions with the bounds that they are held to.</summary>
    public static IReadOnlyList<Function> Functions { get; } = [.. Table.All.Select(r => r.Ulp).OfType<Function>()];

    /// <summary>One function: its name, how a device computes it, what it means, and the bound in ULP.</summary>
    public sealed record Function(string Name, Func<Tensor, Tensor> Map, Func<double, double> Exact, double Bound)
    {
        internal static Function Create<TOp>(string name, TOp op, double bound) where TOp : unmanaged, IUnary =>
            new(name, x => x.Map(op), op.Exact, bound);
    }

    /// <summary>The greatest error and where it is, over every <paramref name="stride"/>-th of the 2³² floats.</summary>
    public static (double Ulp, float At) Measure(Function function, Device device, long stride)
    {
        var worst = (Ulp: 0.0, At: 0f);
        var inputs = new float[Chunk];
        for (long bits = 0; bits < 1L << 32;)
        {
            int n = 0;
            for (; n < Chunk && bits < 1L << 32; n++, bits += stride)
            {
                inputs[n] = BitConverter.Int32BitsToSingle((int)(uint)bits);
            }

            var found = Greatest(function, device, inputs.AsSpan(0, n).ToArray());
            worst = found.Ulp <= worst.Ulp ? worst : found;
        }

        return worst;
    }

    /// <summary>
    /// |found − exact| in units of the last place of the exact result; 0 for equal infinities and NaNs, ∞ where only one is.
    /// </summary>
    internal static double Error(float found, double exact)
    {
        float rounded = (float)exact;
        if (found.Equals(rounded))
        {
            return Math.Abs(found - exact) is var e && double.IsFinite(e) ? e / Unit(exact) : 0;
        }

        return float.IsFinite(found) && float.IsFinite(rounded) ? Math.Abs(found - exact) / Unit(exact) : double.PositiveInfinity;
    }

    private static double Unit(double exact) => Math.ScaleB(1, Math.Max(-149, (exact == 0 ? -149 : Math.ILogB(exact)) - 23));

    private static (double Ulp, float At) Greatest(Function function, Device device, float[] inputs)
    {
        using var scope = new Scope();
        float[] found = function.Map(device.From(inputs, [inputs.Length])).ToArray();
        object gate = new();
        var worst = (Ulp: 0.0, At: 0f);
        Parallel.For(0, (inputs.Length + 8191) / 8192, () => (Ulp: 0.0, At: 0f), (block, _, local) =>
        {
            for (int i = block * 8192; i < Math.Min(inputs.Length, (block + 1) * 8192); i++)
            {
                double error = Error(found[i], function.Exact(inputs[i]));
                local = error <= local.Ulp ? local : (error, inputs[i]);
            }

            return local;
        }, local =>
        {
            lock (gate)
            {
                worst = local.Ulp <= worst.Ulp ? worst : local;
            }
        });
        return worst;
    }
}
