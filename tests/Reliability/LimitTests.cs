using LisNative.Tests.Data;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Reliability;

/// <summary>The tool where a machine lacks something: one sentence and nothing lost, or the results that it gives anywhere.</summary>
[Collection(Child.Tests)]
public sealed class LimitTests(LimitTests.Scene scene) : IClassFixture<LimitTests.Scene>
{
    /// <summary>Data, and what training and scoring give where nothing is missing.</summary>
    public sealed class Scene : IDisposable
    {
        public Scene()
        {
            Folder.Write("normal.npy", FileFormats.Npy(Bars.Horizontal(128, 1)));
            Folder.Write("negative.npy", FileFormats.Npy(Bars.Diagonal(64, 2)));
            Folder.Done(Train("whole.lis"));
            Model = File.ReadAllBytes(Folder["whole.lis"]);
            Scores = Run("score", "--model", "whole.lis", "negative.npy").Output;
        }

        public TemporaryFolder Folder { get; } = new();

        public byte[] Model { get; }

        public string Scores { get; }

        public static string[] Train(string model) =>
            ["train", "--normal", "normal.npy", "--negative", "negative.npy", "--out", model, "--width1", "8", "--width2", "8", "--latent",
                "4", "--batch", "32", "--epochs1", "2", "--epochs2", "2", "--set", "negativePool=64", "--json"];

        public (int Code, string Output, string Error) Run(params string[] arguments) => Run([], arguments);

        public (int Code, string Output, string Error) Run(Dictionary<string, string> environment, params string[] arguments) =>
            Folder.Run(arguments, environment: environment);

        public void Dispose() => Folder.Dispose();
    }

    [Theory]
    [InlineData("DOTNET_ThreadPool_ForceMaxWorkerThreads", "1")]
    [InlineData("DOTNET_PROCESSOR_COUNT", "1")]
    [InlineData("DOTNET_TieredPGO", "0")]
    [InlineData("DOTNET_TieredCompilation", "0")]
    [InlineData("DOTNET_gcServer", "1")]
    [InlineData("LISNATIVE_THREADS", "7")]
    [InlineData("TMPDIR", "/there is none")]
    [InlineData("LC_ALL", "tr_TR.UTF-8")]
    [InlineData("LC_ALL", "xx_YY")]
    [InlineData("HOME", "/there is none")]
    [InlineData("TERM", "dumb")]
    public void The_results_are_the_same_with(string name, string value)
    {
        var environment = new Dictionary<string, string> { [name] = value };
        var (code, _, error) = scene.Run(environment, Scene.Train("m.lis"));
        Assert.True(code == 0, error);
        Assert.Equal(scene.Model, File.ReadAllBytes(scene.Folder["m.lis"]));
        Assert.Equal(scene.Scores, scene.Run(environment, "score", "--model", "m.lis", "negative.npy").Output);
    }

    /// <summary>The system's limit on a file's size is met as a full disk is: in the middle of writing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_disk_that_fills_up_costs_nothing_that_was_there(int kibibytes)
    {
        scene.Folder.Write("kept.lis", [1, 2, 3]);
        string command =
            $"trap '' XFSZ; ulimit -f {kibibytes}; DOTNET_EnableWriteXorExecute=0 exec dotnet '{Child.Tool}' "
            + $"{string.Join(' ', Scene.Train("kept.lis"))}";
        Tool.AssertRefused(Child.Run(scene.Folder.Path, "bash", ["-c", command]), "kept.lis", "cannot be written");
        Assert.Equal([1, 2, 3], File.ReadAllBytes(scene.Folder["kept.lis"]));
        Assert.DoesNotContain(Directory.EnumerateFiles(scene.Folder.Path), f => f.Contains("kept.lis.", StringComparison.Ordinal));
    }

    /// <summary>Root may write anywhere, unless it gives that up.</summary>
    [Fact]
    public void A_folder_that_is_read_only_is_one_sentence_before_training()
    {
        Directory.CreateDirectory(scene.Folder["locked"]);
        Assert.Equal(0, Child.Run(scene.Folder.Path, "chmod", ["555", "locked"]).Code);
        string[] command = ["dotnet", Child.Tool, .. Scene.Train("locked/m.lis")];
        command = Environment.UserName == "root" ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", .. command] : command;
        Tool.AssertRefused(Child.Run(scene.Folder.Path, command[0], command[1..]), "locked/m.lis", "cannot be written");
        Assert.Empty(Directory.GetFileSystemEntries(scene.Folder["locked"]));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("score")]
    public void Too_little_memory_is_one_sentence(string verb)
    {
        if (!File.Exists(scene.Folder["large.npy"]))
        {
            var large = new byte[120 << 20];
            byte[] header = FileFormats.Npy("|u1", $"{large.Length / 64}, 8, 8", []);
            header.CopyTo(large, 0);
            scene.Folder.Write("large.npy", [.. header, .. new byte[large.Length / 64 * 64]]);
        }

        string[] arguments = verb == "train" ? ["train", "--normal", "large.npy", "--out", "large.lis"]
            : ["score", "--model", "whole.lis", "large.npy", "--false-alarms", "0.5"];
        Tool.AssertRefused(scene.Run(new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x6000000" }, arguments),
            "out of memory");
    }

    [Theory]
    [InlineData("large.csv")]
    [InlineData("large.bmp")]
    [InlineData("large-idx3-ubyte")]
    [InlineData("large.zip")]
    [InlineData("huge.npy")]
    public void A_file_beyond_2_GiB_is_refused_at_once(string name)
    {
        using (var file = File.Create(scene.Folder[name]))
        {
            file.SetLength(3L << 30);       // sparse
        }

        Tool.AssertRefused(scene.Run("score", "--model", "whole.lis", name, "--false-alarms", "0.5"), name);
        Tool.AssertRefused(scene.Run("score", "--model", name, "negative.npy"), name);
        File.Delete(scene.Folder[name]);
    }

    /// <summary>One picture under many names, in managed memory that their names fit into.</summary>
    [Fact]
    public void A_folder_of_many_images_is_scored_in_bounded_memory()
    {
        int count = Scale.Of(20_000, 1_000_000);
        scene.Folder.Write("one.png", PngFile.Of(8, 8, colour: false, (y, x) => ((byte)(y * x), 0, 0)));
        Directory.CreateDirectory(scene.Folder["many"]);
        for (int i = 0; i < count; i++)
        {
            File.CreateSymbolicLink(scene.Folder[$"many/{i:D7}.png"], "../one.png");
        }

        int mebibytes = Scale.Of(24, 160);
        var (code, output, error) = scene.Run(
            new Dictionary<string, string>
            { ["DOTNET_GCHeapHardLimit"] = $"0x{mebibytes << 20:x}" }, "score", "--model", "whole.lis", "many");
        Assert.True(code == 0, error);
        Assert.Equal(count + 1, output.Count(c => c == '\n'));
        Scale.Reached("images of a folder, scored in bounded memory", ("images", count), ("managed memory, MiB", mebibytes));
    }
}
