using LisNative.Memory;

namespace LisNative;

/// <summary>Memory that a rule reads, and how often it had been written when the rule was made. It keeps no memory.</summary>
internal readonly struct Saved(Tensor tensor)
{
    private readonly Block block = tensor.Block;
    private readonly int version = tensor.Block.Version;
    private readonly Shape shape = tensor.Shape;

    /// <summary>Refuses what was overwritten since: the rule would read the new values.</summary>
    internal void CheckUnchanged(string what)
    {
        if (block.Version != version)
        {
            throw new InvalidOperationException(
                $"Gradient: {what} {shape} was changed after the result was computed from it; compute the result again");
        }
    }
}
