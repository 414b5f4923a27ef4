using System.IO.Compression;
using System.Text;
using LisNative.Data;

namespace LisNative.Tests.Data;

/// <summary>
/// Folders and zips as people have them: what lies beside the pictures, links, other kinds of files, and files that cannot be read.
/// </summary>
public sealed class FolderTests : InFolder
{
    private readonly List<string> warnings = [];
    private readonly List<InputException> unreadable = [];

    private ReadOptions Tolerant => new() { Warn = warnings.Add, Unreadable = unreadable.Add };

    /// <summary>A grey picture of one value.</summary>
    private static byte[] Png(byte value, int side = 4) => PngFile.Of(side, side, colour: false, (_, _) => (value, 0, 0));

    private static InputException Fails(Action read, params ReadOnlySpan<string> parts)
    {
        var e = Assert.ThrowsAny<InputException>(read);
        foreach (string part in parts)
        {
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }

        return e;
    }

    /// <summary>As .NET Framework wrote them before 4.6.1.</summary>
    [Fact]
    public void A_zip_of_Windows_has_the_same_classes_names_and_hidden_files()
    {
        using (var zip = ZipFile.Open(folder["windows.zip"], ZipArchiveMode.Create))
        {
            foreach (string name in new[] { "set\\", "set\\b\\1.png", "set\\a\\CON.png", "set\\.git\\7.png" })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(name.EndsWith('\\') ? [] : Png(1));
            }
        }

        Assert.Equal([0, 1], Sources.Open(folder["windows.zip"], Tolerant).Labels);
        Assert.Equal([$"{folder["windows.zip"]}/set/a/CON.png", $"{folder["windows.zip"]}/set/b/1.png"],
            SampleStream.Open(folder["windows.zip"]).SelectMany(b => b.Names));
        Assert.EndsWith("1 hidden file passed over: set/.git/7.png", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <summary>Where \ is a letter, it stays one; names that Windows keeps to itself are names like others.</summary>
    [Fact]
    public void Names_that_Windows_would_not_have_are_read_where_they_can_be()
    {
        Requirement.SkipUnless(!OperatingSystem.IsWindows(), "unix", "no such names here");
        string[] names = ["a\\b/1.png", "aux.png", "c:d.png", "nul/2.png", "trailing. /3.png"];
        Array.ForEach(names, name => folder.Write($"set/{name}", Png(1)));
        Assert.Equal(names.Select(n => $"{folder["set"]}/{n}"), SampleStream.Open(folder["set"]).SelectMany(b => b.Names));
        Assert.Equal([1, 0, 0, 2, 3], Sources.Open(folder["set"], Tolerant).Labels);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_systems_leave_beside_pictures_is_passed_over(bool zipped)
    {
        foreach (string name in new[]
            { "1.png", "a/2.png", ".3.png", "._1.png", ".ipynb_checkpoints/1-checkpoint.png", "a/@eaDir/2.png/SYNOPHOTO.jpg",
            "__MACOSX/a/._2.png", "#recycle/4.png", "$RECYCLE.BIN/5.png", "System Volume Information/6.png", "a/.git/7.png" })
        {
            folder.Write($"set/{name}", Png(1));
        }

        foreach (string name in new[] { ".DS_Store", "Thumbs.db", "a/desktop.ini" })
        {
            folder.Write($"set/{name}", [1, 2, 3]);
        }

        ZipFile.CreateFromDirectory(folder["set"], folder["set.zip"]);
        string path = folder[zipped ? "set.zip" : "set"];
        Assert.Equal([0, 1], Sources.Open(path, Tolerant).Labels);
        Assert.Equal([$"{path}/1.png", $"{path}/a/2.png"], SampleStream.Open(path).SelectMany(b => b.Names));
        Assert.Equal(zipped ? ["9 hidden files"]
            : ["2 hidden files passed over: .3.png, ._1.png", "7 hidden folders passed over: #recycle, $RECYCLE.BIN, .ipynb_checkpoints …"],
            warnings.Select((w, i) => w[(path.Length + 2)..][..(zipped ? 14 : w.Length - path.Length - 2)]));
        Assert.Empty(unreadable);
        Assert.Equal(1, Sources.Open(folder["set/.3.png"]).Count);
    }

    [Fact]
    public void A_link_to_a_folder_is_followed_once_and_never_in_a_circle()
    {
        folder.Write("set/a/1.png", Png(1));
        folder.Write("set/b/2.png", Png(1));
        folder.Write("set/.hidden/3.png", Png(1));
        folder.Write("outside/deep/4.png", Png(1));
        folder.Write("beside.png", Png(1));
        foreach (var (link, target) in new[]
            { ("set/up", ".."), ("set/a/up", "../.."), ("set/b/here", "."), ("set/a/b", "../b"), ("set/y", "../outside"), ("set/z", "y"),
            ("outside/back", "../set"), ("outside/deep/up", ".."), ("set/kept", ".hidden") })
        {
            Directory.CreateSymbolicLink(folder[link], target);
        }

        File.CreateSymbolicLink(folder["set/5.png"], "a/1.png");
        File.CreateSymbolicLink(folder["set/6.png"], "5.png");
        Assert.Equal(["5.png", "6.png", "a/1.png", "b/2.png", "kept/3.png", "y/deep/4.png"], FolderWalk.Files(folder["set"], Tolerant));
        Directory.CreateSymbolicLink(folder["in"], "set");
        Assert.Equal(6, Sources.Open(folder["in"]).Count);
        Assert.Contains(warnings, w =>
            w.Contains("5 links passed over, leading back to a folder above: a/up, b/here, up …", StringComparison.Ordinal));
        Assert.Equal(["5.png", "6.png"], FolderWalk.Files(folder["set"], depth: 1));
    }

    /// <summary>A pipe that nobody writes to would be waited for without end, and so would the end of /dev/zero.</summary>
    [Fact]
    public void Pipes_and_devices_in_a_folder_are_passed_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo and /dev");
        folder.Write("set/1.png", Png(1));
        Directory.CreateDirectory(folder["set/a"]);
        Assert.Equal(0, Child.Run(folder.Path, "mkfifo", ["set/pipe.png", "set/a/pipe.csv"]).Code);
        File.CreateSymbolicLink(folder["set/endless.png"], "/dev/zero");
        File.CreateSymbolicLink(folder["set/link.png"], "pipe.png");
        Assert.Equal(1, Sources.Open(folder["set"], Tolerant).Count);
        Assert.Equal($"{folder["set"]}: 4 special files passed over (pipes, devices or sockets): a/pipe.csv, endless.png, link.png …",
            Assert.Single(warnings));
        Assert.Single(SampleStream.Open(folder["set"]).Single().Read()!.Names);
        Assert.Equal(["1.png"], FolderWalk.Files(folder["set"]));
    }

    /// <summary>Whatever its name says: it cannot be read from the end on, where a zip has its directory.</summary>
    [Fact]
    public async Task A_zip_through_a_pipe_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mkfifo");
        folder.Write("set/1.png", Png(7));
        ZipFile.CreateFromDirectory(folder["set"], folder["set.zip"]);
        Assert.Equal(0, Child.Run(folder.Path, "mkfifo", ["pipe.zip"]).Code);
        var writer = Task.Run(() => File.WriteAllBytes(folder["pipe.zip"], File.ReadAllBytes(folder["set.zip"])),
            TestContext.Current.CancellationToken);
        Assert.Equal(7, SampleStream.Open(folder["pipe.zip"]).Single().Read()!.Samples.Pixels(0)[0]);
        await writer;
    }

    [Fact]
    public void Other_kinds_of_files_are_counted()
    {
        folder.Write("some/1.jfif", Jpeg());
        folder.Write("some/2.JPE", Jpeg());
        for (int i = 0; i < 9; i++)
        {
            folder.Write($"some/{i}.{(i < 5 ? "tif" : i < 8 ? "WEBP" : "heic")}", [1]);
            folder.Write($"other/{i}.gif", [1]);
        }

        folder.Write("some/README", [1]);
        ZipFile.CreateFromDirectory(folder["some"], folder["some.zip"]);
        foreach (string path in new[] { folder["some"], folder["some.zip"] })
        {
            Assert.Equal(2, Sources.Open(path, Tolerant).Count);
            Assert.Equal($"{path}: 10 files left out: 5 .tif, 3 .webp, 1 without an ending, 1 .heic; PNG, JPEG and BMP images are read",
                Assert.Single(warnings));
            warnings.Clear();
        }

        Fails(() => Sources.Open(folder["other"], Tolerant), "expected PNG, JPEG or BMP images, found none; 9 files left out: 9 .gif",
            "converted");
        Assert.Equal(1, Sources.Open(folder["some/1.jfif"]).Count);
    }

    private static byte[] Jpeg()
    {
        using var memory = new MemoryStream();
        new StbImageWriteSharp.ImageWriter().WriteJpg(new byte[64], 8, 8, StbImageWriteSharp.ColorComponents.Grey, memory, 90);
        return memory.ToArray();
    }

    /// <summary>More pictures than are decoded at once; each has its number as its value.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_cannot_be_read_is_named_and_the_rest_is_right(bool zipped)
    {
        int[] bad = [0, 7, 64, 399];
        for (int i = 0; i < 400; i++)
        {
            byte[] png = Png((byte)i);
            folder.Write($"set/{i:D3}.png", !bad.Contains(i) ? png : i == 7 ? [] : i == 64 ? Encoding.ASCII.GetBytes("text") : png[..50]);
        }

        ZipFile.CreateFromDirectory(folder["set"], folder["set.zip"]);
        string path = folder[zipped ? "set.zip" : "set"];
        string[] names = [.. bad.Select(i => $"{path}/{i:D3}.png")];
        var set = Sources.Open(path, Tolerant);
        Assert.Equal(Enumerable.Range(0, 400).Except(bad).Select(i => (byte)i),
            Enumerable.Range(0, set.Count).Select(i => set.Pixels(i)[0]));
        Assert.Equal(names, unreadable.Select(e => e.Where));
        unreadable.Clear();
        foreach (var batch in SampleStream.Open(path, Tolerant))
        {
            var (read, samples) = batch.Read()!;
            Assert.Equal(read.Select(n =>
                (byte)int.Parse(Path.GetFileNameWithoutExtension(n), System.Globalization.CultureInfo.InvariantCulture)),
                Enumerable.Range(0, samples.Count).Select(i => samples.Pixels(i)[0]));
        }

        Assert.Equal(names, unreadable.Select(e => e.Where));
        Assert.Equal(names[0], Fails(() => Sources.Open(path)).Where);
        Assert.Equal(names[0], Fails(() => _ = SampleStream.Open(path).Select(b => b.Read()).First()).Where);
    }

    [Fact]
    public void Where_nothing_can_be_read_that_is_one_sentence()
    {
        folder.Write("set/1.png", [1]);
        Assert.Equal(folder["set/1.png"], Fails(() => Sources.Open(folder["set"], Tolerant)).Where);
        folder.Write("set/2.png", [2]);
        Fails(() => Sources.Open(folder["set"], Tolerant), "set: none of 2 images can be read; the first: ", "1.png");
        Assert.Empty(unreadable);
        Assert.Null(SampleStream.Open(folder["set"], Tolerant).Single().Read());
        Assert.Equal(2, unreadable.Count);
    }

    [Fact]
    public void An_encrypted_entry_of_a_zip_is_named()
    {
        folder.Write("set/1.png", Png(1));
        folder.Write("set/2.png", Png(2));
        ZipFile.CreateFromDirectory(folder["set"], folder["set.zip"]);
        byte[] bytes = File.ReadAllBytes(folder["set.zip"]);
        int entry = bytes.AsSpan().IndexOf<byte>([(byte)'P', (byte)'K', 1, 2]);
        bytes[entry + 8] |= 1;      // of the first entry in the directory: its flags
        Assert.Equal(1, Sources.Open(folder.Write("locked.zip", bytes), Tolerant).Count);
        Assert.Contains("locked.zip/", Assert.Single(unreadable).Message, StringComparison.Ordinal);
        Assert.Contains("encrypted", unreadable[0].Message, StringComparison.Ordinal);
    }

    /// <summary>What becomes of other sizes is for the user to say, unless a model has said so.</summary>
    [Fact]
    public void Other_sizes_are_counted_or_passed_over()
    {
        for (int i = 0; i < 90; i++)
        {
            folder.Write($"set/{i:D2}.png", Png((byte)i, i % 9 == 4 ? 8 : 4));
        }

        Fails(() => Sources.Open(folder["set"], Tolerant), "04.png: expected 1×4×4 pixels as in ", "00.png, found 1×8×8", "10 of 90 images",
            "--size");
        Assert.Equal(90, Sources.Open(folder["set"], new ReadOptions { Size = (4, 4) }).Count);
        Assert.Equal(80, SampleStream.Open(folder["set"], Tolerant with { Sample = [1, 4, 4] }).Sum(b => b.Read()!.Samples.Count));
        Assert.Equal(10, unreadable.Count);
        Assert.All(unreadable, e => Assert.Contains("expected images [1, 4, 4]", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void More_than_an_array_holds_is_one_sentence()
    {
        const int Side = 1024, Count = (int)((1L << 31) / Side / Side) + 1;
        folder.Write("0000.png", Png(1, Side));
        for (int i = 0; i < Count; i++)
        {
            Directory.CreateDirectory(folder["many"]);
            File.CreateSymbolicLink(folder[$"many/{i:D4}.png"], "../0000.png");
        }

        Fails(() => Sources.Open(folder["many"]), "many: ", $"{Count} images of 1×1024×1024", "--size");
    }

    [Fact]
    public void Reading_can_be_watched_and_stopped()
    {
        for (int i = 0; i < 9; i++)
        {
            folder.Write($"set/{i}.png", Png(1));
        }

        List<(int, int)> told = [];
        using var stop = new CancellationTokenSource();
        Sources.Open(folder["set"], new() { Progress = (read, of) => told.Add((read, of)), Cancellation = stop.Token });
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (i, 9)), told);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Sources.Open(folder["set"], new() { Cancellation = stop.Token }));
    }
}
