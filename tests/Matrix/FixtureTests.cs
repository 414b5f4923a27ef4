using LisNative.Layers;
using LisNative.Proof.Fixtures;
using LisNative.Tests.Data;

namespace LisNative.Tests.Matrix;

/// <summary>The fixture reader: it accepts right numbers and rejects wrong ones.</summary>
public class FixtureTests
{
    private const string Case = """[{"name":"mul.0","op":"mul","attributes":{},"inputs":["a","b"],"outputs":["y"],"upstream":["u"],"gradients":["ga",null]}]""";

    private static string Write(TemporaryFolder folder, string cases, float y, float gradient)
    {
        var file = new SafeTensors();
        file.Metadata["cases"] = cases;
        foreach (var (name, value) in new[] { ("a", 2f), ("b", 3f), ("u", 5f), ("y", y), ("ga", gradient) })
        {
            file.Add(name, [1], [value]);
        }

        file.Write(folder["ops.safetensors"]);
        return folder.Path;
    }

    [Theory]
    [InlineData(6, 15, true)]
    [InlineData(6.001f, 15, false)]
    [InlineData(6, 14.99f, false)]
    [InlineData(float.NaN, 15, false)]
    public void Values_and_gradients_are_compared(float y, float gradient, bool passes)
    {
        using var folder = new TemporaryFolder();
        var (name, outcome) = FixtureFile.CheckFolder(Write(folder, Case, y, gradient), Device.Cpu).Single();
        Assert.Equal("mul.0", name);
        Assert.Equal(passes, outcome.Passed);
    }

    [Fact]
    public void Missing_fixtures_and_tensors_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InputException>(() => FixtureFile.CheckFolder(folder.Path, Device.Cpu).Count());
        string path = Write(folder, Case.Replace("\"y\"", "\"z\"", StringComparison.Ordinal), 6, 15);
        Assert.Contains("\"z\"", Assert.Throws<InputException>(() => FixtureFile.CheckFolder(path, Device.Cpu).Count()).Message, StringComparison.Ordinal);
    }
}
