using LisNative.Random;

namespace LisNative.Layers;

/// <summary>
/// One seed for a whole program, as PyTorch's generators: each layer, data loader or source of noise that is made with it gets numbers of
/// its own, which depend on the seed and on how many were made before.
/// </summary>
/// <param name="seed">The same seed and the same order give the same bits.</param>
public sealed class Generator(ulong seed)
{
    private ulong given;

    /// <summary>Numbers that nobody else gets.</summary>
    public Philox Next() => new Philox(seed).FoldIn(given++);
}
