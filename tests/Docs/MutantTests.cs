namespace LisNative.Tests.Docs;

/// <summary>The faults that <c>eng/mutate.sh</c> plants follow the code: each one's text stands where it says.</summary>
public sealed class MutantTests
{
    public static TheoryData<string> Faults =>
        [.. File.ReadLines(Repository.PathOf("eng/mutants.txt")).Where(line => line.Length > 0 && line[0] != '#')];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_can_be_planted(string fault)
    {
        string[] parts = fault.Split('|');
        Assert.Equal(3, parts.Length);
        string line = File.ReadLines(Repository.PathOf("src", parts[0])).First(l => l.Contains(parts[1], StringComparison.Ordinal));
        Assert.False(line.TrimStart().StartsWith("//", StringComparison.Ordinal), $"a fault in a comment: {line}");
    }
}
