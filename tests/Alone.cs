namespace LisNative.Tests;

/// <summary>Tests that count what the process holds, or what a thread allocates to the byte: nothing else may run beside them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
