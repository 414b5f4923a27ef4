using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>Recorded with other values and replayed, it gives the bits of doing it anew.</summary>
public sealed class Replays : IProof
{
    /// <inheritdoc/>
    public string Name => "a replay gives the same bits";

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device)
    {
        Tensor[] values = Inputs.Create(record, device);
        Var[] x = [.. values.Select(v => Var.Leaf(v.Clone()))];
        Var upstream = Inputs.Normal(device, record.Apply(x).Shape, 99);
        foreach (var input in x)
        {
            device.Backend.Fill(input.Value, 1);
        }

        Var[] results = [];
        using var capture = new Capture(device, () =>
        {
            var y = record.Apply(x);
            results = [y, .. Gradient.Compute(y, x, upstream)];
        });
        for (int i = 0; i < x.Length; i++)
        {
            x[i].Value.CopyFrom(values[i]);
        }

        capture.Replay();
        return new(results.SelectMany(SameBits.Bits).SequenceEqual(SameBits.Run(record, device)) ? 0 : double.NaN, 0);
    }
}
