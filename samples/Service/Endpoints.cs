using LisNative;
using LisNative.Hosting;

namespace Service;

/// <summary>What is asked of one detector.</summary>
internal static class Endpoints
{
    internal static void MapDetectors(this WebApplication app)
    {
        app.MapGet("/detectors", (Detectors detectors) => detectors.All);
        var one = app.MapGroup("/detectors/{name}").ProducesProblem(404).ProducesProblem(413).ProducesProblem(422);
        one.MapPost("/picture", ScorePicture).Accepts<Stream>("image/png", "image/jpeg", "image/bmp")
            .WithSummary("The verdict on the picture that is the body.");
        one.MapPost("/pictures", ScorePictures).Accepts<IFormFileCollection>("multipart/form-data")
            .WithSummary("A verdict, or what is wrong, for each picture of a form.");
        one.MapPost("/rows", ScoreRows).WithSummary("A verdict for each row of numbers, or the first row that is wrong.");
        one.MapPost("/reload", Reload).WithSummary("Reads the model file anew, now; it is read by itself, too, when it changes.");
    }

    private static async Task<Answer> ScorePicture(string name, Detectors detectors, HttpRequest request, CancellationToken stop) =>
        new(await detectors[name].ScoreImageAsync(request.Body, stop));

    private static async Task<Answer[]> ScorePictures(string name, Detectors detectors, HttpRequest request, CancellationToken stop)
    {
        var detector = detectors[name];
        if (!request.HasFormContentType)
        {
            throw new BadHttpRequestException(
                "expected multipart/form-data, found another kind", StatusCodes.Status415UnsupportedMediaType);
        }

        var answers = new List<Answer>();
        foreach (var file in (await request.ReadFormAsync(stop)).Files)
        {
            await using var stream = file.OpenReadStream();
            try
            {
                answers.Add(new(await detector.ScoreImageAsync(stream, stop)) { Name = file.FileName });
            }
            catch (InputException e)
            {
                answers.Add(new() { Name = file.FileName, Problem = e.Message });
            }
        }

        return answers.Count > 0 ? [.. answers] : throw new InputException("form", "expected files of pictures, found none");
    }

    private static Answer[] ScoreRows(string name, Detectors detectors, Rows rows)
    {
        var detector = detectors[name];
        int length = detector.SampleShape.Count;
        float[]?[] values = rows.Values ?? throw new InputException("rows", "expected rows of numbers, found none");
        foreach (var (number, row) in values.Index())
        {
            if (row?.Length != length)
            {
                throw new InputException($"row {number}", $"expected {length} numbers, found {row?.Length ?? 0}");
            }
        }

        var verdicts = new Verdict[values.Length];
        detector.Score(values.SelectMany(row => row!).ToArray(), verdicts);
        return [.. verdicts.Select(verdict => new Answer(verdict))];
    }

    private static DetectorAnswer Reload(string name, Detectors detectors)
    {
        var detector = detectors[name];
        detector.Reload();
        return new(detector);
    }
}
