using System.Text.Json;
using System.Text.RegularExpressions;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Gpu;

/// <summary>
/// All that runs on CUDA, on a driver without a GPU. Beside wrong results it finds accesses beside what was allocated, misaligned ones,
/// races for shared memory, threads that are not together where PTX wants them to be, and hosts that do not wait.
/// </summary>
[Collection(Child.Tests)]
public sealed class CudaTests : InFolder, IClassFixture<EmulatedDriver>
{
    /// <summary>Steps of a phase of training.</summary>
    private const int Steps = 9;

    private readonly EmulatedDriver driver;
    public CudaTests(EmulatedDriver driver)
    {
        Requirement.SkipUnless(Requirement.HasLinker && OperatingSystem.IsLinux(), "linker", "no C linker is here");
        this.driver = driver;
        folder.Write("normal.npy", FileFormats.Npy(Bars.Horizontal(32, 1)));
        folder.Write("negative.npy", FileFormats.Npy(Bars.Diagonal(32, 2)));
    }

    /// <summary>
    /// The numbers of proofs are what the records have, fewer are a record lost. One device has so little memory that what waits for the
    /// next proof must make room.
    /// </summary>
    [Theory]
    [InlineData("SM=90", "cuda:0", "", 1300, true)]
    [InlineData("SM=75", "cuda:0:naive", "17×33×9", 6, false)]
    [InlineData("SM=75 MEBIBYTES=1", "cuda:0:tiled", "5→37 kernel 4", 15, true)]
    [InlineData("SM=80", "cuda:0:tensorcore", "matmul", 40, true)]
    [InlineData("SM=90", "cuda:0:tensorcore", "5→37 kernel 4", 15, true)]
    public void Records_hold(string settings, string device, string only, int proofs, bool isLong)
    {
        if (isLong)
        {
            Requirement.SkipUnlessSoak();
        }

        string[] chosen = only.Length > 0 ? ["--only", only] : [];
        var (code, output, error) = driver.Run(folder, settings, ["verify", "--device", device, .. chosen]);
        Assert.True(code == 0, error + string.Join('\n', output.Split('\n').Where(l => !l.StartsWith("ok ", StringComparison.Ordinal))));
        Assert.Empty(error);
        Assert.InRange(int.Parse(Regex.Match(output, @"(\d+) passed, 0 failed on cuda:0").Groups[1].Value), proofs, int.MaxValue);
    }

    [Fact]
    public void A_step_is_one_launch_of_a_graph_that_nobody_waits_for()
    {
        Requirement.SkipUnlessLong();
        var (code, _, error) = driver.Run(folder, "TRACE=1", Train("m.lis", "cuda:0"));
        Assert.True(code == 0, error);
        string[][] steps = [.. string.Join(' ', error.Split('\n')).Split("GraphLaunch").Select(s => s.Split(' '))];
        Assert.InRange(steps.Length - 1, 2 * Steps, (2 * Steps) + 1);
        Assert.Equal(steps.Sum(s => s.Count(call => call == "StreamBeginCapture")),
            steps.Sum(s => s.Count(call => call == "GraphInstantiate")));
        foreach (var calls in new[] { steps[3..Steps], steps[(Steps + 3)..(2 * Steps)] })
        {
            Assert.All(calls, step => Assert.Empty(
                step.Intersect(["StreamSynchronize", "CtxSynchronize", "MemAlloc", "MemFree", "ModuleLoadData"])));
        }
    }

    /// <summary>The first rung of the ladder sums in the order of the plain loops of the CPU.</summary>
    [Fact]
    public void A_model_trained_there_has_the_bits_of_one_trained_here()
    {
        Requirement.SkipUnlessSoak();
        Runs(Train("here.lis", "cpu:naive"));
        Runs(Train("there.lis", "cuda:0:naive"));
        Assert.Equal(File.ReadAllBytes(folder["here.lis"]), File.ReadAllBytes(folder["there.lis"]));
    }

    [Fact]
    public void A_lost_device_is_one_sentence_and_the_checkpoint_stands()
    {
        Requirement.SkipUnlessSoak();
        Runs(Train("whole.lis", "cuda:0"));
        var (code, _, error) = driver.Run(folder, "LAUNCHES=1000", [.. Train("m.lis", "cuda:0"), "--checkpoint", "0"]);
        Assert.Equal(2, code);
        Assert.Contains("lisnative: Emulated GPU failed: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.lis"]));
        Runs([.. Train("m.lis", "cuda:0"), "--resume"]);
        Assert.Equal(File.ReadAllBytes(folder["whole.lis"]), File.ReadAllBytes(folder["m.lis"]));
    }

    [Fact]
    public void Too_little_memory_is_one_sentence_with_the_bytes()
    {
        var (code, _, error) = driver.Run(folder, "MEBIBYTES=1", Train("m.lis", "cuda:0", width: 512));
        Assert.Equal(2, code);
        Assert.Matches("lisnative: Emulated GPU: [0-9,]+ bytes wanted of 1,048,576 in all, of which [0-9,]+ are taken here", error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "CUDA 12.4, SM 9.0", null)]
    [InlineData("SM=35", "CUDA 12.4, SM 3.5", "SM 3.5 is older than 5.0")]
    [InlineData("VERSION=9020", "CUDA 9.2, SM 9.0", "SM 9.0 with driver 9.2 is newer than ILGPU, or the driver too old for it")]
    public void The_device_is_listed_with_what_is_wrong_with_it(string settings, string expected, string? refusal)
    {
        var (code, output, error) = driver.Run(folder, settings, "devices", "--json");
        Assert.True(code == 0, error);
        var device = JsonDocument.Parse(output).RootElement.GetProperty("devices").EnumerateArray()
            .Single(d => d.GetProperty("name").GetString() == "cuda:0");
        Assert.Equal(expected, device.GetProperty("driver").GetString());
        Assert.Equal(refusal, device.GetProperty("refusal").GetString());
        if (refusal is not null)
        {
            var train = driver.Run(folder, settings, Train("m.lis", "cuda:0"));
            Assert.Equal((2, $"lisnative: cuda:0: Emulated GPU cannot be used: {refusal}"), (train.Code, train.Error.TrimEnd()));
        }
    }

    [Fact]
    public void Tensor_cores_that_are_not_there_are_refused()
    {
        var (code, _, error) = driver.Run(folder, "SM=75", Train("m.lis", "cuda:0:tensorcore"));
        Assert.Equal((2, "lisnative: cuda:0:tensorcore: Emulated GPU cannot be used so: tensor cores take CUDA and SM 8.0 or later"),
            (code, error.TrimEnd()));
    }

    private static string[] Train(string model, string device, int width = 8) =>
        ["train", "--normal", "normal.npy", "--negative", "negative.npy", "--out", model, "--width1", "8", "--width2", $"{width}",
            "--latent", "4", "--batch", "8", "--epochs1", "3", "--epochs2", "3", "--set", "negativePool=32", "--device", device, "--json"];

    private void Runs(params string[] arguments)
    {
        var (code, _, error) = driver.Run(folder, "", arguments);
        Assert.True(code == 0, error);
    }
}
