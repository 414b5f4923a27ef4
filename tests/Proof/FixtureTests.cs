using LisNative.Proof.Fixtures;
using LisNative.Tests.Data;

namespace LisNative.Tests.Proof;

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

    /// <summary>Outputs of hidden units before the first and the second step, exact and as a device might find them.</summary>
    [Theory]
    [InlineData(new[] { 1, -1, 1e-6 }, new[] { 1, -1, 1e-6 }, false)]
    [InlineData(new[] { 1, -1, 1e-6 }, new[] { 1, -1, -1e-6 }, true)]
    [InlineData(new[] { 1, -1, 1e-3 }, new[] { 1, -1, -1e-3 }, false)]
    [InlineData(new[] { 1, -1e-3, 1e-6 }, new[] { 1, 1e-3, -1e-6 }, false)]
    public void Only_a_unit_within_rounding_of_its_kink_explains_a_difference(double[] exact, double[] found, bool explained)
    {
        double[] far = [1, -2];
        Assert.Equal(explained, NetFixture.Crossed([exact], [found], 2e-5));
        Assert.Equal(explained, NetFixture.Crossed([far, exact], [far, found], 2e-5));
        Assert.False(NetFixture.Crossed([far, exact], [[1, 2], found], 2e-5));
    }

    [Fact]
    public void Missing_fixtures_and_tensors_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InputException>(() => FixtureFile.CheckFolder(folder.Path, Device.Cpu).Count());
        string path = Write(folder, Case.Replace("\"y\"", "\"z\"", StringComparison.Ordinal), 6, 15);
        Failure.Contains<InputException>("\"z\"", () => FixtureFile.CheckFolder(path, Device.Cpu).Count());
    }
}
