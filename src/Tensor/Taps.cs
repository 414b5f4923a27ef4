namespace LisNative;

/// <summary>
/// The taps of a kernel along one axis that reach the outputs of one phase: taps First, First + Step, … (Count of them), the t-th of which
/// reads input pixel u·Scale + Start + t·Move for output u of the phase.
/// </summary>
internal readonly struct Taps(int first, int step, int count, int scale, int start, int move)
{
    internal readonly int First = first, Step = step, Count = count, Scale = scale, Start = start, Move = move;

    /// <summary>Pixels from one tap's to the next one's.</summary>
    internal int Gap => Math.Abs(Move);

    /// <summary>The weight of the first tap in the order of their pixels, and how far it is from one's weight to the next one's.</summary>
    internal (int First, int Step) Weights => Move > 0 ? (First, Step) : (First + ((Count - 1) * Step), -Step);

    /// <summary>The first pixel that output 0 reads.</summary>
    internal int Lowest => Start + Math.Min(0, (Count - 1) * Move);

    /// <summary>Pixels from the first to the last that an output reads, both included.</summary>
    internal int Reach => Count == 0 ? 0 : ((Count - 1) * Gap) + 1;
}
