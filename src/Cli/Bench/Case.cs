namespace LisNative.Cli.Bench;

/// <summary>One thing that is timed.</summary>
/// <param name="Suite">kernels, steps, score or, of a user's own shapes, shapes.</param>
/// <param name="Name">The name that peers use for the same work.</param>
/// <param name="Action">The work, once.</param>
/// <param name="Flop">Floating-point operations of the direct algorithm, or 0.</param>
/// <param name="Bytes">Bytes of its operands and its results, each once; or 0.</param>
/// <param name="HasWinograd">Whether Winograd's form computes it with fewer operations.</param>
/// <param name="Line">What the user wrote to ask for it.</param>
internal sealed record Case(
    string Suite, string Name, Action Action, double Flop = 0, double Bytes = 0, bool HasWinograd = false, string? Line = null)
{
    /// <summary>Makes the same case with operands of its own, which nobody has when it is done; null for cases that share theirs.</summary>
    internal Func<Case>? Fresh { get; init; }

    /// <summary>Ends what would keep memory: recordings.</summary>
    internal Action? End { get; init; }

    /// <summary>Operations a byte; 0 where none are counted.</summary>
    internal double Intensity => Flop > 0 ? Flop / Bytes : 0;
}
