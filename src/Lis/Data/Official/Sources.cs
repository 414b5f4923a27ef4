namespace LisNative.Data;

/// <summary>Data by path or by name.</summary>
public static class Sources
{
    /// <summary>The data sets that <see cref="Load"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mnist", "fashion-mnist", "cifar10", "svhn", "omniglot"];

    /// <summary>Whether there is something to read: a folder, a file, or the file of an array, file.npz:name.</summary>
    public static bool Exists(string path) => Path.Exists(Npy.Split(path).File);

    /// <summary>
    /// Reads whatever lies at a path, by its kind: a folder or zip of images, IDX, .npy, .npz (of one array, or file.npz:name), a table as
    /// text (.csv, .tsv, .txt), .mat, CIFAR-10 binary, one image. What comes through a pipe is known by its first bytes, a link without an
    /// ending by what it leads to.
    /// </summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="options">How; as it is when null.</param>
    /// <exception cref="InputException">There is nothing, or nothing readable.</exception>
    public static Dataset Open(string path, ReadOptions? options = null)
    {
        options ??= ReadOptions.Default;
        if (FileStatus.IsDevice(path))
        {
            return Spool.Read(path, options);
        }

        if (!Directory.Exists(path) && Path.GetExtension(path).Length == 0 && FileStatus.Target(path) is var target && target != path)
        {
            return Open(target, options);
        }

        if (!Exists(path))
        {
            throw new InputException(path, "expected a file or folder, found nothing");
        }

        if ((options.Columns ?? options.Categories ?? options.Dates) is not null && !IsText(path))
        {
            throw new InputException(path, "expected a table as text to choose columns of, found another kind");
        }

        if (Directory.Exists(path))
        {
            return ImageFiles.ReadFolder(path, options);
        }

        string plain = Unzipped(Npy.Split(path).File);
        return Path.GetExtension(plain) switch
        {
            ".zip" => ImageFiles.ReadZip(path, options),
            ".npy" or ".npz" => Sized(Npy.Read(path, options), options),
            _ when IsText(path) => Csv.Read(path, options),
            ".mat" => Sized(MatFile.ReadSvhn(path), options),
            ".bin" => Sized(Cifar10.Read(path), options),
            _ when ImageFiles.IsImage(plain) => ImageFiles.ReadFile(path, options),
            _ when plain.Contains("idx3", StringComparison.Ordinal) => Sized(ReadIdx(path), options),
            _ => throw new InputException(
            path, "expected a folder, .zip, .png, .jpg, .npy, .npz, .csv, .tsv, .txt, .mat, .bin or IDX file (…idx3-ubyte), found another "
            + "kind"),
        };
    }

    /// <summary>Whether a file is read as a table of text, by its name.</summary>
    internal static bool IsText(string path) => File.Exists(path) && Path.GetExtension(Unzipped(path)) is ".csv" or ".tsv" or ".txt";

    /// <summary>Reads a known data set from the official files under a folder, or under its subfolder of the set's name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="train">The training or the test part; Omniglot has one part.</param>
    /// <exception cref="MissingFilesException">Files are missing; the message says which.</exception>
    /// <exception cref="InputException">The name is unknown, or a file is damaged.</exception>
    public static Dataset Load(string name, string folder, bool train)
    {
        string at = Path.Combine(folder, name) is var own && Directory.Exists(own) ? own : folder;
        return name switch
        {
            "mnist" or "fashion-mnist" => Mnist(at, name, train),
            "cifar10" => LoadCifar10(at, train),
            "svhn" => MatFile.ReadSvhn(Existing(at, name, train ? "train_32x32.mat" : "test_32x32.mat")),
            "omniglot" => Omniglot.Read(Path.GetDirectoryName(Existing(at, name, "images_background.zip"))!),
            _ => throw new InputException(name, $"expected one of {string.Join(", ", Names)}"),
        };
    }

    private static Dataset Sized(Dataset set, ReadOptions options) =>
        options.Size is var (h, w) && set.SampleShape.Rank == 3 ? set.Resized(h, w) : set;

    /// <summary>The name of a file, or of what is gzipped in it, in lower case.</summary>
    private static string Unzipped(string path)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        return name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name;
    }

    private static Dataset Mnist(string folder, string name, bool train)
    {
        string part = train ? "train" : "t10k";
        return Idx.Read(
            Existing(folder, name, $"{part}-images-idx3-ubyte.gz", $"{part}-images-idx3-ubyte"),
            Existing(folder, name, $"{part}-labels-idx1-ubyte.gz", $"{part}-labels-idx1-ubyte"));
    }

    private static Dataset LoadCifar10(string folder, bool train)
    {
        string found = Existing(folder, "cifar10", "cifar-10-binary.tar.gz", train ? "data_batch_1.bin" : "test_batch.bin",
            Path.Combine("cifar-10-batches-bin", train ? "data_batch_1.bin" : "test_batch.bin"), "cifar10-jpeg.zip");
        return Path.GetExtension(found) switch
        {
            ".gz" => Cifar10.ReadArchive(found, train),
            ".zip" => ImageFiles.ReadZip(found, prefix: train ? "train/" : "test/", classes: Cifar10.Classes),
            _ when train => Cifar10.Read([
            .. Enumerable.Range(1, 5).Select(i => Existing(Path.GetDirectoryName(found)!, "cifar10", $"data_batch_{i}.bin"))]),
            _ => Cifar10.Read(found),
        };
    }

    private static Dataset ReadIdx(string images)
    {
        string labels = images.Replace("images-idx3", "labels-idx1", StringComparison.Ordinal);
        return labels != images && File.Exists(labels) ? Idx.Read(images, labels) : Idx.ReadImages(images);
    }

    private static string Existing(string folder, string set, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new MissingFilesException(folder, set, names[0]);
    }
}
