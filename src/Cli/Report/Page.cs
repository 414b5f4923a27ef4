using System.Net;

namespace LisNative.Cli.Report;

/// <summary>One HTML page that needs nothing else, no network either.</summary>
internal static class Page
{
    private const string Report = "report";

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="sections">HTML.</param>
    /// <param name="kind">Whose script it has, if any, and styles besides the common ones.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal static void Write(string path, string title, IEnumerable<string> sections, string kind = Report) => Outputs.Write(path, $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="generator" content="lisnative"><meta name="viewport" content="width=device-width"><title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {Resource("report.css")}{(kind == Report ? "" : Resource($"{kind}.css"))}</style></head>
        <body><h1>{WebUtility.HtmlEncode(title)}</h1>
        {string.Join('\n', sections)}
        {(Resource($"{kind}.js") is { Length: > 0 } script ? $"<script>\n{script}</script>\n" : "")}</body></html>

        """);

    /// <summary>
    /// Draws a page and deletes what earlier writers left of it; false, with a warning, where that fails: what it shows is kept whatever
    /// comes of it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="what">It is.</param>
    /// <param name="draw">Writes it.</param>
    /// <param name="kept">What is none the worse, for the warning.</param>
    internal static bool IsDrawn(string path, string what, Action draw, string kept = "")
    {
        try
        {
            draw();
            if (!Outputs.IsStream(path))
            {
                AtomicFile.Clean(path);
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Terminal.Warn(new InputException(path, $"the {what} cannot be drawn ({e.Message}){kept}").Message);
            return false;
        }
    }

    /// <summary>A file of the page's parts; empty where its kind has none.</summary>
    private static string Resource(string name)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(name) ?? Stream.Null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
