namespace LisNative.Cli.Bench;

/// <summary>One thing that is timed.</summary>
/// <param name="Suite">kernels, steps, score or, of a user's own shapes, shapes.</param>
/// <param name="Name">The name that peers use for the same work.</param>
/// <param name="Action">The work, once.</param>
/// <param name="Flop">Floating-point operations of the direct algorithm, or 0.</param>
/// <param name="Bytes">Bytes of its operands and its results, each once; or 0.</param>
internal sealed record Case(string Suite, string Name, Action Action, double Flop = 0, double Bytes = 0);
