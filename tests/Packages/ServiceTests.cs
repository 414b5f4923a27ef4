using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LisNative.Hosting;
using LisNative.Tests.Data;
using LisNative.Tests.Hosting;

namespace LisNative.Tests.Packages;

/// <summary>The sample service over HTTP: what it answers, what it refuses and how, and that models change under load.</summary>
[Collection(Child.Tests)]
public sealed class ServiceTests : IClassFixture<ServiceProcess>
{
    private const string Picture = "detectors/bars/picture", Pictures = "detectors/bars/pictures", Rows = "detectors/bars/rows";

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly ServiceProcess service;

    public ServiceTests(ServiceProcess service)
    {
        Requirement.SkipUnlessLong();
        this.service = service;
        service.Models.Models[0].Save(service.Models.File);
    }

    private static ByteArrayContent Png(byte[] bytes) => new(bytes) { Headers = { ContentType = new("image/png") } };

    private static Verdict VerdictOf(JsonElement answer) => new(
        answer.GetProperty("score").GetSingle(), answer.GetProperty("threshold").GetSingle(), answer.GetProperty("pValue").GetDouble());

    private async Task<JsonElement> Post(string path, HttpContent? content)
    {
        using var answer = await service.Client.PostAsync(path, content, Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    [Fact]
    public async Task Pictures_and_rows_have_the_detectors_verdicts()
    {
        await Post("detectors/bars/reload", null);
        var models = service.Models;
        var expected = models.Expected(0, models.Models[0].ScoreImage(HostedModels.Picture));
        var one = await Post(Picture, Png(HostedModels.Picture));
        Assert.Equal((expected, expected.IsAnomaly), (VerdictOf(one), one.GetProperty("anomalous").GetBoolean()));
        using var form = new MultipartFormDataContent
        {
            { Png(HostedModels.Picture), "a", "a.png" }, { Png([1, 2, 3]), "b", "b.png" }, { Png(HostedModels.Picture), "a", "c.png" },
        };
        var batch = await Post(Pictures, form);
        Assert.Equal(["a.png", "b.png", "c.png"], batch.EnumerateArray().Select(a => a.GetProperty("name").GetString()!));
        Assert.Equal((expected, expected), (VerdictOf(batch[0]), VerdictOf(batch[2])));
        Assert.StartsWith("picture, byte 0: cannot be read (expected a PNG", batch[1].GetProperty("problem").GetString());
        float[][] rows = [HostedModels.Sample, new float[64]];
        var scored = await Post(Rows, JsonContent.Create(new { rows }));
        Assert.Equal([models.Expected(0), models.Expected(0, models.Models[0].Score(rows[1]))],
            scored.EnumerateArray().Select(VerdictOf));
        var list = await service.Client.GetFromJsonAsync<JsonElement>("detectors", Stop);
        Assert.Equal("bars", list[0].GetProperty("name").GetString());
        Assert.Equal([1, 8, 8], list[0].GetProperty("shape").EnumerateArray().Select(s => s.GetInt32()));
    }

    [Fact]
    public async Task Health_metrics_and_the_description_are_there()
    {
        await Post("detectors/bars/reload", null);
        await Post(Picture, Png(HostedModels.Picture));
        Assert.Equal("Healthy", await service.Client.GetStringAsync("health", Stop));
        string metrics = await service.Client.GetStringAsync("metrics", Stop);
        Assert.Matches("""(?m)^lisnative_detector_scores_total\{detector="bars"\} [1-9]""", metrics);
        Assert.Matches("""(?m)^lisnative_detector_duration_bucket\{detector="bars",le="\+Inf"\} [1-9]""", metrics);
        Assert.Matches("""(?m)^lisnative_detector_reloads_total\{detector="bars",outcome="loaded"\} [1-9]""", metrics);
        var paths = (await service.Client.GetFromJsonAsync<JsonElement>("openapi/v1.json", Stop)).GetProperty("paths");
        Assert.Equal(["/detectors", "/detectors/{name}/picture", "/detectors/{name}/pictures", "/detectors/{name}/reload",
            "/detectors/{name}/rows"], paths.EnumerateObject().Select(p => p.Name).Where(n => n.StartsWith("/det")).Order());
    }

    public static TheoryData<string, HttpContent, HttpStatusCode, string> Refused => new()
    {
        { Picture, Png("GIF89a"u8.ToArray()), HttpStatusCode.UnprocessableEntity, "expected a PNG, JPEG or BMP image, found 6 bytes" },
        { Picture, Png([]), HttpStatusCode.UnprocessableEntity, "found 0 bytes that begin otherwise" },
        { Picture, Png(HostedModels.Picture[..50]), HttpStatusCode.UnprocessableEntity, "the file is cut off" },
        { Picture, Png(PngFile.Of(8, 8, colour: true, (_, _) => (1, 2, 3))), HttpStatusCode.UnprocessableEntity,
            "expected [1, 8, 8] [channels, height, width], found [3, 8, 8]; in grey it would fit" },
        { Picture, Png(PngFile.Of(9, 8, colour: false, (_, _) => (1, 2, 3))), HttpStatusCode.UnprocessableEntity, "scaled it would fit" },
        { Picture, Png(new byte[60_000]), HttpStatusCode.UnprocessableEntity,
            "picture: expected a file of at most 50000 bytes, found more" },
        { Picture, Png(new byte[200_000]), HttpStatusCode.RequestEntityTooLarge, "The max request body size is 100000 bytes" },
        { Picture, new StringContent("text"), HttpStatusCode.UnsupportedMediaType, "found POST /detectors/bars/picture with text/plain" },
        { "detectors/other/picture", Png(HostedModels.Picture), HttpStatusCode.NotFound, "expected a detector, bars, found other" },
        { "nowhere", Png([]), HttpStatusCode.NotFound, "expected a request as /openapi/v1.json has them, found POST /nowhere" },
        { Pictures, new MultipartFormDataContent { { new StringContent("x"), "x" } }, HttpStatusCode.UnprocessableEntity,
            "form: expected files of pictures, found none" },
        { Rows, JsonContent.Create(new { rows = new[] { new float[64], new float[3] } }), HttpStatusCode.UnprocessableEntity,
            "row 1: expected 64 numbers, found 3" },
        { Rows, JsonContent.Create(new { rows = new[] { Enumerable.Repeat(2f, 64) } }), HttpStatusCode.UnprocessableEntity,
            "expected pixels in [0, 1], found 2 in element 0" },
        { Rows, JsonContent.Create(new { }), HttpStatusCode.UnprocessableEntity, "rows: expected rows of numbers, found none" },
        { Rows, Json("{\"rows\": [[1, "), HttpStatusCode.BadRequest, "Path: $.rows[0][1]" },
        { Rows, Json("{\"rows\": [[\"a\"]]}"), HttpStatusCode.BadRequest, "Path: $.rows[0][0]" },
        { Rows, Json("{\"rows\": [[NaN]]}"), HttpStatusCode.BadRequest, "Path: $.rows[0][0]" },
        { Rows, Json("{\"rows\": []}", "klingon"), HttpStatusCode.UnsupportedMediaType,
            "expected the charset utf-8, found application/json; charset=klingon" },
    };

    private static ByteArrayContent Json(string text, string charset = "utf-8") => new(System.Text.Encoding.UTF8.GetBytes(text))
    { Headers = { ContentType = new("application/json", charset) } };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_wrong_with_a_request_is_told_in_a_sentence(
        string path, HttpContent content, HttpStatusCode code, string sentence)
    {
        using var answer = await service.Client.PostAsync(path, content, Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(code == answer.StatusCode, text);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(sentence, JsonElement.Parse(text).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", service.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_change_while_requests_are_answered_and_a_damaged_one_is_refused()
    {
        await Post("detectors/bars/reload", null);
        var models = service.Models;
        Verdict[] either = [.. models.Models.Select((m, i) => models.Expected(i, m.ScoreImage(HostedModels.Picture)))];
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var clients = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!ended.IsCancellationRequested)
            {
                Assert.Contains(VerdictOf(await Post(Picture, Png(HostedModels.Picture))), either);
            }
        }).ToArray();
        for (int swap = 1; swap <= 3; swap++)
        {
            models.Models[swap % 2].Save(models.File);
            await Until(async () => VerdictOf(await Post(Picture, Png(HostedModels.Picture))) == either[swap % 2]);
        }

        await File.WriteAllBytesAsync(models.File, new byte[100], Stop);
        await Until(async () => (await service.Client.GetStringAsync("health", Stop)).StartsWith("Degraded\nbars keeps the model it has"));
        Assert.Equal(either[1], VerdictOf(await Post(Picture, Png(HostedModels.Picture))));
        using var refused = await service.Client.PostAsync("detectors/bars/reload", null, Stop);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        await ended.CancelAsync();
        await Task.WhenAll(clients);
    }

    [Theory]
    [InlineData("--Detectors:bars:Path=none.lis", "service: none.lis: cannot be read (Could not find file '")]
    [InlineData("--Detectors:bars:FalseAlarmRate=7", "expected a share between 0 and 1, found 7")]
    [InlineData("--Detectors:bars:FalseAlarmRate=seven",
        "Failed to convert configuration value 'seven' at 'Detectors:bars:FalseAlarmRate'")]
    [InlineData("--Detectors:bars:FalseAlarms=0.1", "'FalseAlarms'")]
    [InlineData("--Detectors:bars:Path=.", "service: .: expected a file, found a folder")]
    [InlineData("--MaxUploadBytes=-1", "service: MaxUploadBytes: expected at least 1, found -1")]
    [InlineData("--MaxUploadBytes=many", "Failed to convert configuration value 'many' at 'MaxUploadBytes'")]
    [InlineData("--Detectors:bars:Path=bars.lis --urls=nonsense", "service: Invalid url: 'nonsense'")]
    [InlineData("--Detectors:bars:Path=bars.lis --urls=http://192.0.2.1:18473",
        "service: expected an address to listen at, found one that cannot be had (")]
    [InlineData("--environment=Broken", "appsettings.Broken.json'. Expected depth to be zero at the end of the JSON payload.")]
    [InlineData("--Other=1", "service: Detectors: expected a section for each detector in the configuration, found none")]
    public void A_start_that_cannot_be_ends_in_a_sentence(string settings, string sentence)
    {
        File.WriteAllText(Path.Combine(service.Folder, "appsettings.Broken.json"), "{");
        using var process = service.Start(settings.Split(' '));
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Contains(sentence, Assert.Single(error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var end = DateTime.UtcNow.AddMinutes(1); !await holds();)
        {
            Assert.True(DateTime.UtcNow < end, "it did not come about within a minute");
            await Task.Delay(20, Stop);
        }
    }
}
