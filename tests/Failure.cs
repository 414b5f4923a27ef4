namespace LisNative.Tests;

/// <summary>What is refused, and in which words.</summary>
internal static class Failure
{
    /// <summary>It throws an exception of just this type, whose message has a part.</summary>
    internal static void Contains<T>(string part, Action action)
        where T : Exception => Assert.Contains(part, Assert.Throws<T>(action).Message, StringComparison.Ordinal);

    /// <inheritdoc cref="Contains{T}(string, Action)"/>
    internal static void Contains<T>(string part, Func<object?> function)
        where T : Exception => Assert.Contains(part, Assert.Throws<T>(function).Message, StringComparison.Ordinal);
}
