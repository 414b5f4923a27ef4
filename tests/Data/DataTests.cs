using System.Net;
using System.Security.Cryptography;
using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Data;

public class DataTests
{
    [Fact]
    public void Stroke_digits_depend_on_the_seed_alone()
    {
        Dataset first = StrokeDigits.Digits(30, new Philox(1)), again = StrokeDigits.Digits(30, new Philox(1)),
            other = StrokeDigits.Digits(30, new Philox(2));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], first.Labels.Take(10));
        Assert.Equal(first.Pixels(7).ToArray(), again.Pixels(7).ToArray());
        Assert.NotEqual(first.Pixels(7).ToArray(), other.Pixels(7).ToArray());
        Assert.InRange(first.Mean(), 0.05, 0.3);
        Assert.InRange(StrokeDigits.RandomStrokes(50, new Philox(1)).Mean(), 0.03, 0.4);
    }

    [Fact]
    public void Augmentation_keeps_originals_first_and_repeats_itself()
    {
        var set = StrokeDigits.Digits(10, new Philox(1));
        Dataset first = Augmentation.Enlarge(set, 25, new Philox(3)), again = Augmentation.Enlarge(set, 25, new Philox(3));
        Assert.Equal(25, first.Count);
        Assert.Equal(set.Labels.Order(), first.Labels.Take(10).Order());
        Assert.Equal(first.Pixels(24).ToArray(), again.Pixels(24).ToArray());
        Assert.True(Enumerable.Range(10, 10).Count(i => !first.Pixels(i).SequenceEqual(first.Pixels(i - 10))) >= 5,
            "augmented images should mostly differ from their originals");
        Assert.InRange(first.Mean() / set.Mean(), 0.5, 2);
    }

    /// <summary>
    /// A ramp from left to right shows by its range of values how much of it a crop left; flips keep the range, and blur nearly.
    /// </summary>
    [Theory]
    [InlineData(0, 0.1, 0, 0.9, 1)]
    [InlineData(1, 0.3, 1, 0.25, 0.4)]
    [InlineData(0.5, 0.6, 0.5, 0.55, 0.7)]
    public void Crops_are_as_many_and_as_small_as_asked_for(double share, double smallest, double cropped, double leastFrom, double leastTo)
    {
        byte[] ramp = [.. Enumerable.Range(0, 28 * 28).Select(i => (byte)(9 * (i % 28)))];
        double[] left = [.. Enumerable.Range(0, 400)
            .Select(i => Augmentation.Variant(ramp, [1, 28, 28], new Philox((ulong)i), share, smallest))
            .Select(v => (v.Max() - v.Min()) / 243.0)];
        Assert.InRange(left.Count(l => l < 0.95) / 400.0, 0.8 * cropped, cropped);
        Assert.InRange(left.Min(), leastFrom, leastTo);
    }

    [Fact]
    public void Selections_keep_labels_with_their_samples()
    {
        var set = new Dataset("x", [2], [1f, 2, 3, 4, 5, 6], [7, 8, 9]);
        var two = set.Select("y", [2, 0]);
        Assert.Equal([5, 6, 1, 2], two.ToFloats());
        Assert.Equal([9, 7], two.Labels);
        Assert.Equal([8], set.OfClasses(8).Labels);
        Assert.Equal(3.5, set.Mean());
        Assert.Equal(5, set.Concat(two).Count);
        Assert.Throws<InputException>(() => set.Concat(new Dataset("z", [3], [1f, 2, 3], [0])));
        Failure.Contains<InputException>("sample 1, element 0", () => new Dataset("w", [2], [1f, 2, float.NaN, 4], [0, 0]));
    }

    [Fact]
    public async Task Download_resumes_checks_and_only_then_names_the_file()
    {
        using var folder = new TemporaryFolder();
        byte[] content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];
        var file = new Download.RemoteFile("f.bin", new Uri("http://data.example/f.bin"), Md5(content));
        using var handler = new Server(content);
        using var download = new Download(handler);
        folder.Write("f.bin.partial", content[..300]);
        await download.GetAsync(file, folder["f.bin"], (_, _, _) => { }, TestContext.Current.CancellationToken);
        Assert.Equal(300, handler.From);
        Assert.Equal(content, File.ReadAllBytes(folder["f.bin"]));
        Assert.False(File.Exists(folder["f.bin.partial"]));

        File.Delete(folder["f.bin"]);
        folder.Write("f.bin.partial", [9, 9, 9]);
        var e = await Assert.ThrowsAsync<InputException>(
            () => download.GetAsync(file, folder["f.bin"], (_, _, _) => { }, TestContext.Current.CancellationToken));
        Assert.Contains(file.Md5, e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Without_a_network_the_download_says_so()
    {
        using var folder = new TemporaryFolder();
        using var handler = new Server(null);
        using var download = new Download(handler);
        var e = await Assert.ThrowsAsync<InputException>(
            () => download.GetAsync("mnist", folder.Path, (_, _, _) => { }, TestContext.Current.CancellationToken));
        Assert.Contains("network", e.Message, StringComparison.Ordinal);
    }

#pragma warning disable CA5351 // The sums that publishers state are MD5.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    private sealed class Server(byte[]? content) : HttpMessageHandler
    {
        public long From { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            From = request.Headers.Range?.Ranges.Single().From ?? 0;
            return content is null
                ? throw new HttpRequestException("no route to host")
                : Task.FromResult(new HttpResponseMessage(From > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK)
                { Content = new ByteArrayContent(content[(int)From..]) });
        }
    }
}
