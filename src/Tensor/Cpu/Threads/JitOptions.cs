using System.Runtime.CompilerServices;

namespace LisNative.Cpu;

/// <summary>How the JIT is to compile an inner loop.</summary>
internal static class JitOptions
{
    /// <summary>
    /// At its best at once, and never into its caller: where .NET's tiered PGO is on, as it is by default, the JIT takes a hot loop into
    /// its caller's caller and has then no budget left for the formula inside, which becomes a call for every register (tanh 20 times
    /// slower).
    /// </summary>
    internal const MethodImplOptions NoInlineOptimized = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;
}
