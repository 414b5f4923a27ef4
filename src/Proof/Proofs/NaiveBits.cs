using LisNative.Proof.Records;

namespace LisNative.Proof.Proofs;

/// <summary>
/// Values and gradients have the bits of <see cref="Device.Naive"/>, for every memory layout (or the given); but for those of NaN, which
/// mean nothing, and the sign of zero, which depends on whether terms of zero are skipped.
/// </summary>
public sealed class NaiveBits(params MemoryLayout[] layouts) : IProof
{
    private readonly MemoryLayout[] layouts = Inputs.OrAll(layouts);

    /// <inheritdoc/>
    public string Name => "the bits of cpu:naive";

    /// <inheritdoc/>
    public Outcome Check(OperationRecord record, Device device) =>
        new(layouts.All(layout => Floats(record, device, layout).SequenceEqual(Floats(record, Device.Naive, layout))) ? 0 : double.NaN, 0);

    /// <summary>Equality of floats holds for zeros of either sign and for any two NaN.</summary>
    private static IEnumerable<float> Floats(OperationRecord record, Device device, MemoryLayout layout) =>
        SameBits.Run(record, device, layout).Select(BitConverter.Int32BitsToSingle);
}
