using LisNative.Data;
using LisNative.Random;
using LisNative.Tests.Data;

namespace LisNative.Tests.Detectors;

/// <summary>Samples, models and pictures that come through memory and streams instead of files.</summary>
public sealed class StreamTests : IDisposable
{
    private static readonly float[] Odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    private readonly TemporaryFolder folder = new();
    private readonly Detector detector = Detector.Fit(Device.Cpu, Normal(), null, new KernelDensityOptions { Bandwidth = 0.5 });

    public void Dispose()
    {
        detector.Dispose();
        folder.Dispose();
    }

    private static Dataset Normal()
    {
        var values = new float[300];
        new Philox(1).Normals(values);
        return new("normal", [3], values, new int[100]);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<float>> Stream(IEnumerable<float[]> samples)
    {
        foreach (float[] sample in samples)
        {
            await Task.Yield();
            yield return sample;
        }
    }

    private static float[][] Ten(float odd)
    {
        float[][] samples = [.. Enumerable.Range(0, 10).Select(i => new[] { i / 10f, 0, 0 })];
        samples[4][1] = odd;
        return samples;
    }

    [Fact]
    public async Task A_stream_names_the_sample_that_cannot_be_scored_and_goes_on_where_it_is_told_of_it()
    {
        foreach (float odd in Odd)
        {
            var (samples, scores, told) = (Ten(odd), new List<float>(), new List<string>());
            samples[7] = [1, 2];
            var e = await Assert.ThrowsAsync<InputException>(async () =>
            {
                await foreach (float score in detector.ScoreAsync(Stream(samples), cancellation: TestContext.Current.CancellationToken))
                {
                    scores.Add(score);
                }
            });
            Assert.Equal(FormattableString.Invariant($"sample 4 of the stream: Score: expected finite numbers, found {odd} in element 1"),
                e.Message);
            Assert.Equal(4, scores.Count);
            scores.Clear();
            await foreach (float score in detector.ScoreAsync(
                Stream(samples), x => told.Add(x.Message), TestContext.Current.CancellationToken))
            {
                scores.Add(score);
            }

            Assert.Equal([e.Message, "sample 7 of the stream: Score: expected 1 samples [3], found 2 numbers"], told);
            Assert.Equal([4, 7], Enumerable.Range(0, 10).Where(i => float.IsNaN(scores[i])));
            Assert.All([0, 3, 5, 9], i => Assert.Equal(detector.Score(samples[i]), scores[i]));
        }
    }

    [Fact]
    public void A_batch_names_sample_and_element()
    {
        var e = Assert.Throws<InputException>(() => detector.Score([.. Ten(float.NaN).SelectMany(s => s)], new float[10]));
        Assert.Equal("Score: expected finite numbers, found NaN in sample 4, element 1", e.Message);
    }

    [Fact]
    public void A_model_needs_no_file()
    {
        using var stream = new MemoryStream();
        stream.Write("before"u8);
        detector.Save(stream);
        byte[] bytes = stream.ToArray()[6..];
        detector.Save(folder["model.lis"]);
        Assert.Equal(File.ReadAllBytes(folder["model.lis"]), bytes);
        stream.Position = 6;
        using Detector fromStream = Detector.Load(stream), fromBytes = Detector.Load(bytes);
        float expected = detector.Score([1, 2, 3]);
        Assert.Equal((expected, expected), (fromStream.Score([1, 2, 3]), fromBytes.Score([1, 2, 3])));
        byte[] damaged = [.. bytes[..^1], (byte)(bytes[^1] + 1)];
        Assert.StartsWith("model, byte 0: expected a safetensors file",
            Assert.Throws<InputException>(() => Detector.Load(bytes.AsMemory(0, 7))).Message, StringComparison.Ordinal);
        Assert.StartsWith("model: expected the digest", Assert.Throws<InputException>(() => Detector.Load(damaged)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "an earlier LisNative reads it, and training anew makes one for this")]
    [InlineData("4", "a later LisNative reads it")]
    public void A_model_of_another_version_says_who_reads_it(string version, string expected)
    {
        detector.Save(folder["model.lis"]);
        var file = SafeTensors.Read(folder["model.lis"]);
        file.Metadata["version"] = version;
        file.Write(folder["other.lis"]);
        string engine = detector.Provenance.Engine;
        Assert.Equal(
            $"{folder["other.lis"]}: expected a lisnative-model of version 3, which this LisNative {engine} reads, found version "
            + $"{version}, written by LisNative {engine}; {expected}",
            Assert.Throws<InputException>(() => Detector.Load(folder["other.lis"])).Message);
    }

    [Fact]
    public void A_picture_needs_no_file()
    {
        byte[] bytes = PngFile.Of(4, 8, colour: false, (y, x) => ((byte)((y * 60) + x), 0, 0));
        folder.Write("a.png", bytes);
        var size = new ReadOptions { Size = (2, 4) };
        Dataset file = Sources.Open(folder["a.png"], size), memory = ImageFiles.Decode(bytes, size),
            stream = ImageFiles.Decode(new MemoryStream(bytes), size);
        Assert.Equal("[1, 2, 4]", memory.SampleShape.ToString());
        Assert.Equal(file.ToFloats(), memory.ToFloats());
        Assert.Equal(file.ToFloats(), stream.ToFloats());
        Assert.Equal("[1, 4, 8]", ImageFiles.Decode(bytes).SampleShape.ToString());
        Assert.StartsWith("picture, byte", Assert.Throws<InputException>(() => ImageFiles.Decode(bytes.AsMemory(0, 40))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>As text, single precision's largest number is a little more than it is in double precision.</summary>
    [Fact]
    public void The_largest_numbers_of_single_precision_are_read_and_score_the_largest()
    {
        File.WriteAllLines(folder["far.csv"], ["0,1e20,0", "3.4028235e38,0,0", "0,0,-3.4028235e38", "0,0,9.96921e36"]);
        Assert.All(detector.Score(Sources.Open(folder["far.csv"])), score => Assert.Equal(float.MaxValue, score));
    }

    /// <summary>Explanations are drawn and written as JSON, which has no infinity.</summary>
    [Fact]
    public void What_overflows_is_explained_in_finite_numbers()
    {
        using var network = new AutoencoderOptions { Latent = 2, Width1 = 8, Width2 = 8, Epochs1 = 1 }.FitOn(Normal());
        Assert.All(network.Explain(new Dataset("far", [3], [0, 1e30f, 0, float.MaxValue, 0, -float.MaxValue], new int[2])), e =>
        {
            Assert.Equal(float.MaxValue, e.Score);
            Assert.All([.. e.Reconstruction, .. e.ErrorMap, .. e.NearestNormal, .. e.Reactions], v => Assert.True(float.IsFinite(v)));
        });
    }

    [Fact]
    public async Task Cancelling_stops_between_two_samples_of_any_source()
    {
        using var source = new CancellationTokenSource();
        int scored = 0;
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (float _ in detector.ScoreAsync(Stream(Ten(0)), cancellation: source.Token))
            {
                scored++;
                source.Cancel();
            }
        });
        Assert.Equal(1, scored);
    }

    /// <summary>Zeros without an end.</summary>
    private sealed class Endless : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => count;
    }

    [Fact]
    public void A_stream_that_is_no_model_is_not_read_to_its_end()
    {
        using var stream = new Endless();
        Failure.Contains<InputException>("expected a safetensors file", () => Detector.Load(Device.Cpu, stream));
    }

    [Fact]
    public void A_changed_setting_is_damage()
    {
        detector.Save(folder["m.lis"]);
        byte[] bytes = File.ReadAllBytes(folder["m.lis"]);
        int at = bytes.AsSpan().IndexOf("bandwidth"u8);
        bytes[at + bytes.AsSpan(at).IndexOf("0.5"u8) + 2] = (byte)'6';
        Failure.Contains<InputException>("damaged", () => Detector.Load(Device.Cpu, bytes));
    }

    [Fact]
    public void A_detector_is_its_users_whatever_scopes_it_was_made_in()
    {
        var options = new AutoencoderOptions { Latent = 2, Epochs1 = 2, Batch = 10 };
        using var usual = options.FitOn(Normal());
        var file = new MemoryStream();
        usual.Save(file);
        Detector fitted, loaded;
        using (new Memory.Scope())
        {
            using var noGrad = new NoGrad();
            fitted = options.FitOn(Normal());
            loaded = Detector.Load(Device.Cpu, file.ToArray());
        }

        Assert.Equal(usual.Score(Normal()), fitted.Score(Normal()));
        Assert.Equal(usual.Score(Normal()), loaded.Score(Normal()));
        fitted.Dispose();
        loaded.Dispose();
    }
}
