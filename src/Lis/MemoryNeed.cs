namespace LisNative;

/// <summary>
/// The bytes of memory that a fit needs, known before it begins. Samples, the network and a step's layers must be there; prepared
/// negatives and stored features are held as far as they fit, and else made as they are used, to the same bits.
/// </summary>
/// <param name="Samples">Of samples that are held.</param>
/// <param name="Network">Of weights, their gradients and moments.</param>
/// <param name="Step">Of what a step's layers make.</param>
/// <param name="Pool">Of prepared negatives.</param>
/// <param name="Features">Of the stored features of normal samples and of negatives.</param>
internal readonly record struct MemoryNeed(
    long Samples, long Network = 0, long Step = 0, long Pool = 0, (long Normal, long Negative) Features = default)
{
    private const long MostFeatures = 512 << 20;

    /// <summary>What there must be.</summary>
    internal long Least => Samples + Network + Step;

    /// <summary>What is used where there is so much.</summary>
    internal long Within(long memory)
    {
        long features = FeaturesHeld(memory);
        return Least + (Pool <= PoolHeld(memory) ? Pool : 0) + (Features.Normal <= features ? Features.Normal : 0)
            + (Features.Negative <= features ? Features.Negative : 0);
    }

    /// <summary>Bytes of prepared negatives that may be held.</summary>
    internal long PoolHeld(long memory) => Math.Max(0, memory - Least);

    /// <summary>Bytes of stored features that may be held, of normal samples and of negatives each.</summary>
    internal long FeaturesHeld(long memory) =>
        Math.Min(MostFeatures, Math.Max(0, memory - Least - (Pool <= PoolHeld(memory) ? Pool : 0)) / 2);

    /// <summary>Refuses what does not fit.</summary>
    /// <exception cref="InputException">The message says what helps.</exception>
    internal void Require(TrainingPlan plan, string step)
    {
        if (Least > plan.Memory)
        {
            string advice = Step >= Samples ? "a smaller batch, smaller samples (--size) or a smaller width1 help"
                : "fewer samples or smaller ones (--size) help";
            throw new InputException(plan.Name,
                $"expected a fit within {Text(plan.Memory)} of memory (--memory), found one of {Text(Least)}: {Text(Samples)} of samples, "
                + $"{Text(Network)} of weights and {Text(Step)} of layers{step}; {advice}");
        }
    }

    /// <summary>For people.</summary>
    internal static string Text(long bytes) => FormattableString.Invariant(
        bytes >= 1e8 ? $"{bytes / 1e9:F1} GB" : (FormattableString)$"{bytes / 1e6:F1} MB");
}
