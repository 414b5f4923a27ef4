namespace LisNative.Tests;

/// <summary>
/// What a test needs of its machine: without it the test is skipped by name, unless LISNATIVE_REQUIRE names it, as where merges are
/// decided.
/// </summary>
internal static class Requirement
{
    /// <summary>Whether native programs can be linked.</summary>
    internal static bool HasLinker { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(p => File.Exists(Path.Combine(p, "clang")) || File.Exists(Path.Combine(p, "gcc")));

    internal static void SkipUnless(bool isThere, string name, string otherwise) =>
        Assert.SkipUnless(isThere || Environment.GetEnvironmentVariable("LISNATIVE_REQUIRE")?.Contains(
            name, StringComparison.Ordinal) == true, otherwise);
}
