using LisNative.Tests.Data;

namespace LisNative.Tests.Engine;

/// <summary>samples/Classifier, compiled without internals, on pictures that it makes up.</summary>
[Collection(Child.Tests)]
public class ClassifierSampleTests
{
    [Fact]
    public void The_classifier_learns_in_at_most_80_lines()
    {
        Assert.InRange(File.ReadLines(Repository.PathOf("samples/Classifier/Program.cs")).Count(), 1, 80);
        using var folder = new TemporaryFolder();
        var (code, output, error) = Child.Run(
            folder.Path, "dotnet", [Path.Combine(AppContext.BaseDirectory, "LisNative.OwnClassifier.dll")]);
        Assert.True(code == 0, error);
        Assert.Empty(((string[])["conv1.weight", "bn1.running_mean", "bn2.running_var", "fc.bias"])
            .Except(SafeTensors.Read(folder["classifier.safetensors"]).Tensors.Keys));
        Assert.Matches(@"^(9\d\.\d+|100\.00) ?% of 256 right after 16 steps\s*$", output);
    }
}
