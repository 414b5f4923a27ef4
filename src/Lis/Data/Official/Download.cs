using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace LisNative.Data;

/// <summary>Fetches official files over HTTP: resumed where a former try stopped, checked, and only then given their name.</summary>
/// <param name="handler">The network's where none is given.</param>
internal sealed class Download(HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpClient client = new(handler ?? new HttpClientHandler()) { Timeout = TimeSpan.FromMinutes(30) };

    /// <summary>One file: its name, where it is published, and the MD5 sum that its publisher or the field's loaders state.</summary>
    public sealed record RemoteFile(string Name, Uri Address, string Md5);

    /// <summary>The files of each data set.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<RemoteFile>> Files { get; } = new Dictionary<string,
        IReadOnlyList<RemoteFile>>(StringComparer.Ordinal)
    {
        ["mnist"] = From("https://storage.googleapis.com/cvdf-datasets/mnist/",
            ("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
            ("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"),
            ("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"),
            ("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c")),
        ["fashion-mnist"] = From("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
            ("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
            ("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
            ("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310")),
        ["cifar10"] = From("https://www.cs.toronto.edu/~kriz/", ("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")),
        ["svhn"] = From("http://ufldl.stanford.edu/housenumbers/",
            ("train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"), ("test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3")),
        ["omniglot"] = From("https://raw.githubusercontent.com/brendenlake/omniglot/master/python/",
            ("images_background.zip", "68d2efa1b9178cc56df9314c21c6e718"), ("images_evaluation.zip", "6b91aef0f799c5bb55b94e3f2daec811")),
    };

    /// <summary>Fetches what is missing of a data set (<see cref="Files"/>) into a folder; what has come stays for the next try.</summary>
    /// <exception cref="InputException">There is no network, the server refuses, the folder cannot be written or a checksum
    /// differs.</exception>
    public async Task GetAsync(string set, string folder, Action<string, long, long?> report, CancellationToken cancellation = default)
    {
        foreach (var file in Files[set])
        {
            await GetAsync(file, Path.Combine(folder, file.Name), report, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Fetches one file, unless it is there.</summary>
    /// <inheritdoc cref="GetAsync(string, string, Action{string, long, long?}, CancellationToken)" path="/exception"/>
    public async Task GetAsync(RemoteFile file, string path, Action<string, long, long?> report, CancellationToken cancellation = default)
    {
        if (File.Exists(path))
        {
            report(file.Name, new FileInfo(path).Length, new FileInfo(path).Length);
            return;
        }

        string partial = $"{path}.partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await FetchAsync(file, partial, report, cancellation).ConfigureAwait(false);
            await CheckAsync(file, partial, cancellation).ConfigureAwait(false);
            File.Move(partial, path);
        }
        catch (HttpRequestException e)
        {
            throw new InputException(file.Address.ToString(),
                $"cannot be downloaded ({e.Message}); is there a network? The file may also be put at {path} by hand", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be written ({e.Message})", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static RemoteFile[] From(string folder, params (string Name, string Md5)[] files) =>
        Array.ConvertAll(files, f => new RemoteFile(f.Name, new Uri(folder + f.Name), f.Md5));

    private async Task FetchAsync(RemoteFile file, string partial, Action<string, long, long?> report, CancellationToken cancellation)
    {
        long have = File.Exists(partial) ? new FileInfo(partial).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        request.Headers.Range = have > 0 ? new RangeHeaderValue(have, null) : null;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return;     // all of it had come; the checksum decides
        }

        response.EnsureSuccessStatusCode();
        bool resumes = response.StatusCode == HttpStatusCode.PartialContent;
        using var target = new FileStream(partial, resumes ? FileMode.Append : FileMode.Create);
        using var source = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        long? total = (resumes ? have : 0) + response.Content.Headers.ContentLength;
        var chunk = new byte[1 << 16];
        for (int n; (n = await source.ReadAsync(chunk, cancellation).ConfigureAwait(false)) > 0;)
        {
            await target.WriteAsync(chunk.AsMemory(0, n), cancellation).ConfigureAwait(false);
            report(file.Name, target.Length, total);
        }
    }

    private static async Task CheckAsync(RemoteFile file, string partial, CancellationToken cancellation)
    {
        string found;
        using (var stream = File.OpenRead(partial))
        {
#pragma warning disable CA5351 // The publishers state MD5 sums; they guard against damage, not against an attacker.
            found = Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellation).ConfigureAwait(false));
#pragma warning restore CA5351
        }

        if (found != file.Md5)
        {
            File.Delete(partial);
            throw new InputException(file.Address.ToString(), $"expected MD5 {file.Md5}, found {found}; the damaged download was deleted");
        }
    }
}
