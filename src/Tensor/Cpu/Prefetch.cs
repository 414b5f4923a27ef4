using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace LisNative.Cpu;

/// <summary>
/// Memory that is needed next, asked for line by line while something else is computed: a line from memory takes as long as some hundred
/// multiply-adds, and what is multiplied fits the caches, so that the way to memory is free meanwhile. It changes no result; where .NET has
/// no such instruction nothing is asked for.
/// </summary>
/// <param name="first">Where it begins.</param>
/// <param name="floats">Its size; none left if it is not positive.</param>
internal unsafe struct Prefetch(float* first, long floats)
{
    /// <summary>Floats of a cache line.</summary>
    internal const int Line = 16;

    private float* next = first, end = first + floats, then, thenEnd;

    /// <summary>This, and then another.</summary>
    internal readonly Prefetch Then(Prefetch other) => this with { then = other.next, thenEnd = other.end };

    /// <summary>The first of some lines that the caller asks for, or null if nothing is left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal float* Next(nint lines)
    {
        if (next >= end)
        {
            next = then;
            end = thenEnd;
            then = thenEnd = null;
        }

        float* taken = next < end ? next : null;
        next += lines * Line;
        return taken;
    }

    /// <summary>Asks for some lines.</summary>
    internal void Request(nint lines)
    {
        float* line = Next(lines);
        for (; line != null && lines > 0; lines--, line += Line)
        {
            Request(line);
        }
    }

    /// <summary>Asks for the line of an address, for the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Request(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
