using LisNative.Cli;
using LisNative.Data;
using LisNative.Tests.Data;
using LisNative.Tests.Detectors;

namespace LisNative.Tests.Cli;

/// <summary>
/// What is written where: never over what is read or what the user has not named, through links, and into devices and pipes.
/// </summary>
[Collection(Child.Tests)]
public sealed class OutputTests : InFolder
{
    public OutputTests()
        : base(plain: true)
    {
        folder.Write("normal.csv", "1,2\n2,3\n3,1\n4,5\n5,4\n6,6\n");
        folder.Write("in/a.png", [1]);
        folder.Write("in/list.csv", [2]);
    }

    private static string Text(string path) => File.ReadAllText(path);

    private static void Put(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("normal.csv", "normal.csv", true)]
    [InlineData("./in/../normal.csv", "normal.csv", true)]
    [InlineData("link.csv", "normal.csv", true)]
    [InlineData("normal.csv", "link.csv", true)]
    [InlineData("linked/a.png", "in", true)]
    [InlineData("in/a.png", "linked", true)]
    [InlineData("in/new.png", "in", true)]
    [InlineData("in/list.csv", "in", true)]
    [InlineData("in/deep/new.png", "in", true)]
    [InlineData("in/m.lis", "in", false)]
    [InlineData("normal.csv", "normal.csv:name", true)]
    [InlineData("new.csv", "normal.csv", false)]
    [InlineData("new.png", "in", false)]
    [InlineData("new.png", "mnist:8", false)]
    public void What_is_read_is_not_written(string output, string input, bool refused)
    {
        File.CreateSymbolicLink(folder["link.csv"], "normal.csv");
        File.CreateSymbolicLink(folder["linked"], folder["in"]);
        Action check = () => Outputs.Check(
            "--out", folder[output], null, input.StartsWith("mnist", StringComparison.Ordinal) ? input : folder[input]);
        if (refused)
        {
            Assert.StartsWith("--out: expected a place apart from what is read, found ", Assert.Throws<InputException>(check).Message,
                StringComparison.Ordinal);
        }
        else
        {
            check();
        }

        Assert.Equal("1,2\n2,3\n3,1\n4,5\n5,4\n6,6\n", Text(folder["normal.csv"]));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories),
            f => f.Contains("partial", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_replaced_with_its_mode()
    {
        folder.Write("deep/v1", "old");
        File.CreateSymbolicLink(folder["middle"], folder["deep/v1"]);
        File.CreateSymbolicLink(folder["current"], "middle");
        File.CreateSymbolicLink(folder["nowhere"], "new");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["deep/v1"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        AtomicFile.Check(folder["current"]);
        Put(folder["current"], "new");
        Put(folder["nowhere"], "made");
        Assert.Equal("middle", new FileInfo(folder["current"]).LinkTarget);
        Assert.Equal("new", Text(folder["deep/v1"]));
        Assert.Equal("made", Text(folder["new"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["deep/v1"]));
        }
    }

    /// <summary>What else a shell writes there stays.</summary>
    [Fact]
    public void Standard_output_that_leads_to_a_file_is_written_to()
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "no /dev/stdout here");
        var (code, _, error) = Child.Run(folder.Path, "sh",
            ["-c", $"(echo HEAD; dotnet '{Child.Tool}' train --normal normal.csv --method kde --out /dev/stdout; echo TAIL) > all"]);
        Assert.True(code == 0, error);
        byte[] all = File.ReadAllBytes(folder["all"]);
        Assert.Equal("HEAD\n"u8, all.AsSpan(0, 5));
        Assert.Equal("TAIL\n"u8, all.AsSpan(all.Length - 5));
        using var detector = Detector.Load(Device.Cpu, all.AsMemory(5, all.Length - 10));
    }

    [Fact]
    public void Devices_and_pipes_are_written_to()
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "devices are known on Linux alone");
        Assert.True(FileStatus.IsDevice("/dev/null"));
        Put("/dev/null", "gone");
        Failure.Contains<InputException>("No space left", () => Put("/dev/full", "no"));
        Assert.True(FileStatus.IsDevice("/dev/null") && FileStatus.IsDevice("/dev/full"));
        string pipe = folder["pipe"];
        var (code, output, error) = Child.Run(
            folder.Path, "sh",
            ["-c", $"mkfifo {pipe}; cat {pipe} > copy & dotnet '{Child.Tool}' train --normal normal.csv --method kde --out {pipe} && wait "
            + $"&& test -p {pipe} && dotnet '{Child.Tool}' train --normal normal.csv --method kde --out /dev/stdout | cmp - copy"]);
        Assert.True(code == 0, error);
        Assert.Contains("none", output, StringComparison.Ordinal);
        Assert.False(File.Exists("/dev/stdout.html"));
        using var detector = Detector.Load(folder["copy"]);
    }

    /// <summary>As containers mount single files.</summary>
    [Fact]
    public void A_file_that_is_mounted_by_itself_is_written_in_place_and_it_is_said()
    {
        string command = $"mount --bind m.lis m.lis && dotnet '{Child.Tool}' train --normal normal.csv --method kde --out m.lis --json";
        folder.Write("m.lis", "old");
        var (code, _, error) = Child.Run(folder.Path, "unshare", ["-rm", "sh", "-c", command]);
        Requirement.SkipUnless(!error.Contains("unshare", StringComparison.Ordinal)
            && !error.Contains("mount:", StringComparison.Ordinal), "mount", "nothing may be mounted here");
        Assert.True(code == 0, error);
        Assert.StartsWith("warning: m.lis is mounted by itself", error, StringComparison.Ordinal);
        using var detector = Detector.Load(folder["m.lis"]);
        Assert.Equal(["in", "m.html", "m.lis", "normal.csv"],
            Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_page_or_demo_of_the_users_is_not_overwritten_and_an_earlier_one_is()
    {
        string[] Train(string model) => ["train", "--normal", "normal.csv", "--method", "kde", "--json", "--out", model];
        folder.Write("m.html", "<p>my notes</p>");
        var (code, _, error) = folder.Run(Train("m.lis"));
        Assert.Equal(
            (2, "lisnative: m.html: expected none, or one that lisnative wrote, found another file, which would be overwritten: rename it, "
            + "or choose another --out"), (code, error.Trim()));
        Assert.Equal("<p>my notes</p>", Text(folder["m.html"]));
        folder.Done(Train("n.lis"));
        Outputs.CheckUnnamed("--out", folder["n.html"]);
        Outputs.CheckUnnamed("--out", folder["none.html"]);

        Failure.Contains<InputException>("expected a folder, found the file", () => Outputs.CheckFolder(folder["normal.csv"]));
        Failure.Contains<InputException>("tables.md: expected none",
            () => Outputs.CheckFolder(folder.Path, Path.GetFileName(folder.Write("tables.md", [1]))));
        folder.Write("negatives.png", [1]);
        (code, _, error) = folder.Run("negatives", "normal.csv", "--json");
        Assert.Equal((2, true), (code,
            error.StartsWith("lisnative: negatives.png: expected none, or one that lisnative wrote", StringComparison.Ordinal)));
        ImageGrid.Write(folder["negatives.png"], [1, 4, 4], [new float[16]], (_, _) => true);
        Outputs.CheckUnnamed("--out", folder["negatives.png"]);
        Assert.Equal(16, ImageFiles.Decode(File.ReadAllBytes(folder["negatives.png"])).SampleShape[1]);

        folder.Write("mine/reconstructions.png", [1]);
        (code, _, error) = folder.Run("demo", "--out", "mine");
        Assert.Equal(
            (2, "lisnative: --out: expected a new folder or that of an earlier demo, found mine with a reconstructions.png in it, which "
            + "would be overwritten"), (code, error.Trim()));
        Assert.Equal([1], File.ReadAllBytes(folder["mine/reconstructions.png"]));
    }

    /// <summary>An interrupt at any moment leaves nothing that stops the next demo.</summary>
    [Fact]
    public async Task A_demo_that_was_interrupted_is_begun_anew()
    {
        string[] demo = ["demo", "--images", "--json", "--out", folder["demo"]];
        for (int run = 0; run < 2; run++)
        {
            var stopped = Program.Root().Parse(demo)
                .InvokeAsync(new() { EnableDefaultExceptionHandler = false }, new CancellationToken(canceled: true));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["demo"]));
    }

    /// <summary>Two trainings of one file would write one checkpoint in turn.</summary>
    [Fact]
    public void A_file_that_another_process_works_for_is_refused()
    {
        File.CreateSymbolicLink(folder["current.lis"], "m.lis");
        string[] train = ["train", "--normal", "normal.csv", "--method", "kde", "--json", "--out", "current.lis"];
        using (Outputs.Claim("--out", folder["m.lis"]))
        {
            var (code, _, error) = folder.Run(train);
            Assert.Equal(
                (2, "lisnative: --out: expected a file that no other process works for, found current.lis, which one does now; choose "
                + "another, or share the work with --ranks"), (code, error.Trim()));
        }

        folder.Write("m.lis.claim", []);     // of one that was killed
        folder.Done(train);
        Assert.DoesNotContain("m.lis.claim", Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName));
    }

    /// <summary>Pictures of numbers with negatives of bytes have one, too.</summary>
    [Fact]
    public void A_report_that_cannot_be_drawn_costs_no_model()
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "no /dev/full here");
        var bars = Bars.Horizontal(128, 1);
        folder.Write("floats.npy", FileFormats.Npy(new Dataset("floats", bars.SampleShape, bars.ToFloats(), bars.Labels)));
        folder.Write("bytes.npy", FileFormats.Npy(
            new Dataset("bytes", bars.SampleShape, [.. Bars.Diagonal(64, 2).ToFloats().Select(v => (byte)(255 * v))], new int[64])));
        File.CreateSymbolicLink(folder["full.html"], "/dev/full");
        foreach (string model in new[] { "full", "drawn" })
        {
            string[] train = ["train", "--normal", "floats.npy", "--negative", "bytes.npy", "--out", $"{model}.lis", "--batch", "32",
                "--width1", "4", "--width2", "4", "--latent", "4", "--epochs1", "1", "--epochs2", "1", "--json"];
            var (output, error) = folder.Done(train);
            Assert.Equal(model == "full",
                error.Contains("warning: full.html: the report cannot be drawn (full.html: cannot be written (No space left on device",
                StringComparison.Ordinal));
            Assert.Contains(model == "full" ? "\"report\": null" : "\"report\": \"drawn.html\"", output, StringComparison.Ordinal);
            using var detector = Detector.Load(folder[$"{model}.lis"]);
            Assert.False(File.Exists(folder[$"{model}.lis.checkpoint"]));
        }

        Assert.Contains("data:image/png", Text(folder["drawn.html"]), StringComparison.Ordinal);
    }
}
