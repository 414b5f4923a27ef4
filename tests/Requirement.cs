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

    /// <summary>Whether tests run that take long, as they do where merges are decided.</summary>
    internal static bool IsLong { get; } = Names("long");

    internal static void SkipUnlessLong() => Assert.SkipUnless(IsLong, "it takes long; LISNATIVE_REQUIRE=long has it");

    /// <summary>For forms of a test that another one stands for where merges are decided.</summary>
    internal static void SkipUnlessSoak() => Assert.SkipUnless(Reliability.Scale.IsLong, "it takes long; eng/soak.sh has it");

    internal static void SkipUnless(bool isThere, string name, string otherwise) =>
        Assert.SkipUnless(isThere || Names(name), otherwise);

    private static bool Names(string name) =>
        Environment.GetEnvironmentVariable("LISNATIVE_REQUIRE")?.Contains(name, StringComparison.Ordinal) == true;
}
