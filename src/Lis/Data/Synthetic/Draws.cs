using LisNative.Random;

namespace LisNative.Data.Synthetic;

/// <summary>Random numbers one after another.</summary>
/// <param name="random">Decides all of them.</param>
internal sealed class Draws(Philox random)
{
    private ulong next;

    internal float Between(float low, float high) => low + ((high - low) * random.Uniform(next++));

    /// <summary>Small and large ones are as likely by their ratio.</summary>
    internal float ByRatio(float low, float high) => low * MathF.Pow(high / low, random.Uniform(next++));

    /// <summary>From the first to the last, both included.</summary>
    internal int Whole(int first, int last) => first + random.Below(last - first + 1, next++);

    /// <summary>One of two, in a share of all cases the first.</summary>
    internal bool Chance(float share) => random.Uniform(next++) < share;

    /// <summary>Minus one or one.</summary>
    internal float Sign() => Chance(0.5f) ? -1 : 1;

    /// <summary>A generator of its own.</summary>
    internal Philox Stream() => random.FoldIn(next++);
}
