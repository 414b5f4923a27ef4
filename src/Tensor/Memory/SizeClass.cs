using System.Numerics;

namespace LisNative.Memory;

/// <summary>
/// The sizes that a pool lends: steps of an eighth of a power of two, at least 64 bytes. So at most 12.5 % of what is large is wasted, and
/// sizes repeat.
/// </summary>
internal static class SizeClass
{
    private const int Step = 64, SmallSteps = 16, StepsPerOctave = 8, FirstOctave = 11;

    /// <summary>How many classes there are.</summary>
    internal const int Count = SmallSteps + 1 + (StepsPerOctave * (63 - FirstOctave));

    /// <summary>The size of the class of so many bytes.</summary>
    internal static long Round(long bytes)
    {
        bytes = Math.Max(1, bytes);
        long step = Math.Max(Step, (long)(BitOperations.RoundUpToPowerOf2((ulong)bytes) / 16));
        return (bytes + step - 1) / step * step;
    }

    /// <summary>The number of the class of such a size.</summary>
    internal static int Index(long size)
    {
        if (size <= Step * SmallSteps)
        {
            return (int)(size / Step);
        }

        int octave = 64 - BitOperations.LeadingZeroCount((ulong)size - 1);
        return SmallSteps + (StepsPerOctave * (octave - FirstOctave)) + (int)(size >> (octave - 4)) - StepsPerOctave;
    }
}
