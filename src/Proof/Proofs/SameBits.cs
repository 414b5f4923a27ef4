using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>Two runs give the same bits, values and gradients.</summary>
public sealed class SameBits : IProof
{
    /// <inheritdoc/>
    public string Name => "two runs give the same bits";

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device) =>
        new(Run(record, device).AsSpan().SequenceEqual(Run(record, device)) ? 0 : double.NaN, 0);

    /// <summary>The bits of the value and of all gradients.</summary>
    public static int[] Run(OperationRecord record, Device device) => Run(record, device, MemoryLayout.Contiguous);

    internal static int[] Run(OperationRecord record, Device device, MemoryLayout layout)
    {
        Var[] x = [.. Inputs.Create(record, device, layout).Select(Var.Leaf)];
        var y = record.Apply(x);
        int[] value = Bits(y);
        return [.. value, .. Gradient.Compute(y, x, Inputs.Normal(device, y.Shape, 99)).SelectMany(Bits)];
    }

    internal static int[] Bits(Var x) => Array.ConvertAll(x.Value.ToArray<float>(), BitConverter.SingleToInt32Bits);
}
