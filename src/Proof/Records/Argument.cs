using LisNative.Random;

namespace LisNative.Proof.Records;

/// <summary>Where the values of an argument may lie.</summary>
public enum Domain
{
    /// <summary>Standard normal, kept away from 0, ±½ and ±¾ where kinks are put.</summary>
    Normal,

    /// <summary>In [0.1, 3.1].</summary>
    Positive,

    /// <summary>0 or 1: targets. Not differentiated.</summary>
    Binary,
}

/// <summary>An argument of an operation: its shape, and values that depend on a seed alone and are exact in single precision.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Domain">The values.</param>
public sealed record Argument(Shape Shape, Domain Domain = Domain.Normal)
{
    private const float Kink = 0.25f, Distance = 0.01f;

    /// <summary>The values for a seed.</summary>
    public double[] Values(ulong seed)
    {
        var random = new Philox(seed, (ulong)Shape.Count);
        return [.. Enumerable.Range(0, Shape.Count).Select(i => (double)Value(random, (ulong)i))];
    }

    private float Value(Philox random, ulong i)
    {
        if (Domain == Domain.Positive)
        {
            return 0.1f + (3 * random.Uniform(i));
        }

        if (Domain == Domain.Binary)
        {
            return random.Bits(i) & 1;
        }

        float x = random.Normal(i), nearest = MathF.Round(x / Kink) * Kink;
        return x + MathF.CopySign(Distance, x - nearest);
    }
}
