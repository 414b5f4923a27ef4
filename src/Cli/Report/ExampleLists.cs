using System.Globalization;
using System.Net;
using LisNative.Cli.Inspecting;

namespace LisNative.Cli.Report;

/// <summary>The samples worth a look as HTML: pictures with the maps of their scores, or rows with the columns that add most.</summary>
internal sealed class ExampleLists
{
    private const int MostColumns = 3;

    /// <summary>Of all pixels shown, those below this share are drawn within the scale.</summary>
    private const double Brightest = 0.998;

    private readonly Examples examples;
    private readonly Shape sample;
    private readonly float threshold, low, high;
    private int pictures;

    internal ExampleLists(Examples examples, Shape sample, float threshold)
    {
        (this.examples, this.sample, this.threshold) = (examples, sample, threshold);
        if (examples.ArePictures)
        {
            // One scale for all, so that colours compare.
            float[] all = Sorted(examples.WorstGood.Concat(examples.Missed).Concat(examples.Clear)), good = Sorted(examples.WorstGood);
            (low, high) = (good.Length > 0 ? good[good.Length / 2] : 0, all.Length > 0 ? all[(int)(Brightest * (all.Length - 1))] : 1);
        }
    }

    /// <summary>All lists.</summary>
    internal string Html()
    {
        var lists = new[]
        {
            ("Worst false alarms", "The good samples with the highest scores.", examples.WorstGood),
            ("Worst misses", "The faulty samples with the lowest scores.", examples.Missed),
            ("Clearest faults", "The faulty samples with the highest scores.", examples.Clear),
        };
        return Legend() + string.Concat(lists.Where(l => l.Item3.Length > 0).Select(l => $"""
            <h2>{l.Item1}</h2>
            <p>{l.Item2}</p>
            {(examples.ArePictures ? $"<div class=\"cards\">{string.Concat(l.Item3.Select(Card))}</div>" : Rows(l.Item3))}

            """));
    }

    private static float[] Sorted(IEnumerable<Example> shown) => [.. shown.SelectMany(e => e.Map ?? []).Select(Thumbnail.Shown).Order()];

    private string Legend()
    {
        bool Any(Func<Example, bool> has) => examples.WorstGood.Concat(examples.Missed).Concat(examples.Clear).Any(has);
        return !Any(e => e is { Map: not null, Picture: not null }) ? "" : $"""
            <p class="legend">Below, each picture stands beside the map of its scores, on one scale for all of them: clear is what half of
            the pixels of the good ones are below, red what adds more to a score, yellow what adds most. {(Any(e => e.Outline is not null)
                ? "A line is the edge of a mask." : "")}</p>

            """;
    }

    private string Card(Example example)
    {
        if (example.Picture is not { } picture)
        {
            return "";
        }

        string name = WebUtility.HtmlEncode(example.ShortName), id = $"picture{pictures++}", box = $"viewBox=\"0 0 {picture.Width} {picture.Height}\"",
            sharp = Math.Max(picture.Width, picture.Height) < 128 ? " class=\"sharp\"" : "";
        string map = example.Map is null ? "" : $"""
            <svg role="img" aria-label="{name}: where its score arises" {box}><use href="#{id}"/>{Image(Map(example.Map), picture, "class=\"map\"")}<path class="edge" d="{example.Outline}"/></svg>
            """;
        return $"""
            <figure class="card{Flagged(example)}" data-score="{Exact(example.Score)}"><div><svg role="img" aria-label="{name}" {box}>{Image(picture, picture, $"id=\"{id}\"{sharp}")}</svg>{map}</div>
            <figcaption title="{WebUtility.HtmlEncode(example.Name)}"><b>{name}</b> {Kind(example)}, score {Short(example.Score)}, {Verdict(example)}</figcaption></figure>

            """;
    }

    private Thumbnail Map(float[] map) => Thumbnail.OfMap(map, sample[1], sample[2], low, high);

    private static string Image(Thumbnail shown, Thumbnail over, string attributes) =>
        $"""<image {attributes} width="{over.Width}" height="{over.Height}" preserveAspectRatio="none" href="data:image/png;base64,{Convert.ToBase64String(shown.Png)}"/>""";

    private string Rows(Example[] shown)
    {
        bool explained = Array.Exists(shown, e => e is { Map: not null, Row: not null });
        return $"""
            <div class="wide"><table class="rows"><tr><th>sample</th><th>kind</th><th>score</th><th></th>{(explained ? "<th>columns that add most to the score</th>" : "")}</tr>
            {string.Concat(shown.Select(e => $"""
            <tr class="card{Flagged(e)}" data-score="{Exact(e.Score)}"><td>{WebUtility.HtmlEncode(e.ShortName)}</td><td>{Kind(e)}</td><td>{Short(e.Score)}</td><td>{Verdict(e)}</td>{(explained ? $"<td>{Columns(e)}</td>" : "")}</tr>

            """))}</table></div>
            """;
    }

    /// <summary>The columns with the greatest shares of the error, and the sample's values in them.</summary>
    private static string Columns(Example example)
    {
        if (example is not { Map: { } map, Row: { } row })
        {
            return "";
        }

        double sum = map.Sum(v => (double)v);
        float[] values = row.ToFloats();
        return string.Join(", ", Enumerable.Range(0, map.Length).OrderByDescending(i => map[i]).Take(MostColumns).Where(i => map[i] > 0)
            .Select(i => string.Create(CultureInfo.InvariantCulture,
                $"{WebUtility.HtmlEncode(row.NameOf(i))} = {values[i]:G4} ({100 * map[i] / sum:F0} %)")));
    }

    private string Flagged(Example example) => example.Score > threshold ? " flagged" : "";

    private string Verdict(Example example) => $"<span class=\"verdict\">{(example.Score > threshold ? "flagged" : "passed")}</span>";

    private static string Kind(Example example) => WebUtility.HtmlEncode(example.Set.Kind ?? "good");

    private static string Exact(float score) => score.ToString("R", CultureInfo.InvariantCulture);

    private static string Short(float score) => score.ToString("G4", CultureInfo.InvariantCulture);
}
