using System.Globalization;
using System.Net;
using LisNative.Cli.Inspecting;

namespace LisNative.Cli.Report;

/// <summary>The samples worth a look as HTML: pictures with the maps of their scores, or rows with the columns that made them.</summary>
internal sealed class ExampleLists
{
    /// <summary>Of a bar, in ems.</summary>
    private const int WidestShare = 5;

    /// <summary>Of all pixels shown, those below this share are drawn within the scale.</summary>
    private const double Brightest = 0.998;

    private readonly Examples examples;
    private readonly Shape sample;
    private readonly float threshold;
    private readonly NormalRanges? ranges;
    private int pictures;

    internal ExampleLists(Examples examples, Shape sample, float threshold, NormalRanges? ranges) =>
        (this.examples, this.sample, this.threshold, this.ranges) = (examples, sample, threshold, ranges);

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
            {(examples.ArePictures ? Cards(l.Item3) : Rows(l.Item3))}

            """));
    }

    /// <summary>On one scale, so that colours compare: the maps of what scores low would not be seen on that of what scores high.</summary>
    private string Cards(Example[] shown)
    {
        float[] all = [.. shown.SelectMany(e => e.Map ?? []).Order()];
        var scale = all.Length > 0 ? (all[all.Length / 2], all[(int)(Brightest * (all.Length - 1))]) : (0, 1);
        return $"<div class=\"cards\">{string.Concat(shown.Select(e => Card(e, scale)))}</div>";
    }

    private string Legend()
    {
        bool Any(Func<Example, bool> has) => examples.WorstGood.Concat(examples.Missed).Concat(examples.Clear).Any(has);
        return !Any(e => e is { Map: not null, Picture: not null }) ? "" : $"""
            <p class="legend">Below, each picture stands beside the map of its scores, on one scale for each list: clear is what half of the
            pixels are below, red what adds more to a score, yellow what adds most. {(Any(e => e.Outline is not null)
                ? "A line is the edge of a mask." : "")}</p>

            """;
    }

    private string Card(Example example, (float Low, float High) scale)
    {
        if (example.Picture is not { } picture)
        {
            return "";
        }

        string name = WebUtility.HtmlEncode(example.ShortName), id = $"picture{pictures++}",
            box = $"viewBox=\"0 0 {picture.Width} {picture.Height}\"",
            sharp = Math.Max(picture.Width, picture.Height) < 128 ? " class=\"sharp\"" : "";
        string map = example.Map is null ? "" : $"""
            <svg role="img" aria-label="{name}: where its score arises" {box}><use href="#{id}"/>{Image(Map(example.Map, scale), picture, "class=\"map\"")}<path class="edge" d="{example.Outline}"/></svg>
            """;
        return $"""
            <figure class="card{Flagged(example)}" data-score="{Exact(example.Score)}"><div><svg role="img" aria-label="{name}" {box}>{Image(picture, picture, $"id=\"{id}\"{sharp}")}</svg>{map}</div>
            <figcaption title="{WebUtility.HtmlEncode(example.Name)}"><b>{name}</b> {Kind(example)}, score {ScoreAxis.Text(example.Score)}, {Verdict(example)}</figcaption></figure>

            """;
    }

    private Thumbnail Map(float[] map, (float Low, float High) scale) =>
        Thumbnail.OfMap(map, sample[1], sample[2], scale.Low, scale.High);

    private static string Image(Thumbnail shown, Thumbnail over, string attributes) =>
        $"""<image {attributes} width="{over.Width}" height="{over.Height}" preserveAspectRatio="none" href="data:image/png;base64,{Convert.ToBase64String(shown.Png)}"/>""";

    private string Rows(Example[] shown)
    {
        bool explained = Array.Exists(shown, e => e.Reasons is not null);
        string columns = explained ? "<th>columns that made the score: value, normal rows from 1 % to 99 %, share</th>" : "";
        return $"""
            <div class="wide"><table class="rows"><tr><th>sample</th><th>kind</th><th>score</th><th></th>{columns}</tr>
            {string.Join('\n', shown.Select(e => Row(e, explained)))}</table></div>
            """;
    }

    private string Row(Example example, bool explained) =>
        $"<tr class=\"card{Flagged(example)}\" data-score=\"{Exact(example.Score)}\"><td>{WebUtility.HtmlEncode(example.ShortName)}</td>"
        + $"<td>{Kind(example)}</td><td>{ScoreAxis.Text(example.Score)}</td><td>{Verdict(example)}</td>"
        + $"{(explained ? $"<td>{Reasons(example)}</td>" : "")}</tr>";

    /// <summary>A row for each column: its value, beside where normal rows lie or, of words and dates, what it would be in one.</summary>
    private string Reasons(Example example) => example.Reasons is not { Count: > 0 } reasons ? ""
        : $"<table class=\"reasons\">{string.Concat(reasons.Select(Reason))}</table>";

    private string Reason(ColumnShare reason)
    {
        string outside = ranges?.Exclude(reason.Column, reason.Value) == true ? " class=\"outside\"" : "",
            normal = ranges?.Of(reason.Column) ?? $"usually {reason.Expected}";
        return string.Create(CultureInfo.InvariantCulture,
            $"<tr><th scope=\"row\">{WebUtility.HtmlEncode(reason.Column)}</th><td{outside}>{WebUtility.HtmlEncode(reason.Value)}</td>"
            + $"<td>{WebUtility.HtmlEncode(normal)}</td>"
            + $"<td><span class=\"share\" style=\"width:{reason.Share * WidestShare:F1}em\"></span>{reason.Share:P0}</td></tr>");
    }

    private string Flagged(Example example) => example.Score > threshold ? " flagged" : "";

    private string Verdict(Example example) => $"<span class=\"verdict\">{(example.Score > threshold ? "flagged" : "passed")}</span>";

    private static string Kind(Example example) => WebUtility.HtmlEncode(example.Set.Kind ?? "good");

    private static string Exact(float score) => score.ToString("R", CultureInfo.InvariantCulture);
}
