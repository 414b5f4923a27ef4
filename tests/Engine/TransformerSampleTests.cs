using LisNative.Tests.Data;

namespace LisNative.Tests.Engine;

/// <summary>samples/Transformer, compiled without internals.</summary>
[Collection(Child.Tests)]
public class TransformerSampleTests
{
    [Fact]
    public void The_transformer_learns_to_sort_in_at_most_80_lines()
    {
        Assert.InRange(File.ReadLines(Repository.PathOf("samples/Transformer/Program.cs")).Count(), 1, 80);
        using var folder = new TemporaryFolder();
        var (code, output, error) = Child.Run(
            folder.Path, "dotnet", [Path.Combine(AppContext.BaseDirectory, "LisNative.OwnTransformer.dll"), "400"]);
        Assert.True(code == 0, error);
        Assert.Matches(@"step 400: loss 0\.\d+\s+(9\d\.\d|100\.0) ?% of 1024 sequences sorted without a fault\s*$", output);
    }
}
