using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Detectors;

/// <summary>
/// What is odd about normal data and makes thresholds wrong without an error: near-duplicates, and some that lie apart. What is not odd is
/// not warned of.
/// </summary>
public sealed class NormalDataTests
{
    private const string Siblings = "near-duplicates", Apart = "lie apart";

    private static readonly IsolationForestOptions Options = new() { Trees = 20 };

    private static Philox Stream(ulong stream) => new(7, stream);

    private static Dataset Table(string name, int rows, int columns, Func<int, int, double> cell) =>
        new(name, [columns], [.. Enumerable.Range(0, rows * columns).Select(i => (float)cell(i / columns, i % columns))], new int[rows]);

    private static double Normal(int row, int column, ulong stream = 0) => Stream(stream).Normal((ulong)((row * 1000) + column));

    private static double Uniform(int row, int column) => Stream(3).Uniform((ulong)((row * 1000) + column));

    /// <summary>Student's t with 3 degrees of freedom.</summary>
    private static double Student(int row, int column) =>
        Normal(row, column) / Math.Sqrt(Enumerable.Range(1, 3).Sum(s => Math.Pow(Normal(row, column, (ulong)s), 2)) / 3);

    /// <summary>Scenes of 12×12 pixels, with so many frames each that differ by faint noise.</summary>
    private static Dataset Frames(int scenes, int each, double noise, Func<int, int>? sceneOf = null)
    {
        sceneOf ??= frame => frame / each;
        var pixels = new byte[scenes * each * 144];
        for (int i = 0; i < pixels.Length; i++)
        {
            var (frame, y, x) = (i / 144, i / 12 % 12, i % 12);
            double Draw(int k) => Stream(20 + (ulong)k).Uniform((ulong)sceneOf(frame));
            double value = 128 + (60 * Math.Sin(((0.3 + Draw(0)) * y) + (6 * Draw(1)))) + (50 * Math.Sin((0.2 + Draw(2)) * x));
            pixels[i] = (byte)Math.Clamp(value + (noise * Stream(9).Normal((ulong)i)), 0, 255);
        }

        return new("frames", [1, 12, 12], pixels, new int[scenes * each]);
    }

    private static readonly Dictionary<string, Dataset> Sets = new Dataset[]
    {
        Table("gauss 1", 400, 1, (i, j) => Normal(i, j)),
        Table("gauss 2", 1000, 2, (i, j) => Normal(i, j)),
        Table("gauss 4", 120, 4, (i, j) => 50 + (3 * Normal(i, j))),
        Table("gauss 40", 600, 40, (i, j) => Normal(i, j)),
        Table("student", 1000, 5, Student),
        Table("laplace", 1000, 6, (i, j) => Math.Sign(Uniform(i, j) - 0.5) * Math.Log(1 - (2 * Math.Abs(Uniform(i, j) - 0.5)))),
        Table("exponential", 1000, 3, (i, j) => -Math.Log(1 - Uniform(i, j))),
        Table("log-normal", 1000, 3, (i, j) => Math.Exp(Normal(i, j))),
        Table("dice", 600, 3, (i, j) => Math.Floor(6 * Uniform(i, j))),
        Table("rare flags", 600, 4, (i, j) => Uniform(i, j) < 0.05 ? 1 : 0),
        Table("repeated in blocks", 600, 3, (i, j) => Normal(i / 50, j)),
        Table("repeated in turn", 600, 3, (i, j) => Normal(i % 12, j)),
        Table("sorted", 600, 3, (i, j) => j == 0 ? i : Normal(i, j)),
        Table("three kinds", 600, 3, (i, j) => (20 * (i % 3)) + Normal(i, j)),
        Bars.Horizontal(400, 5),
        StrokeDigits.Digits(400, new(3), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
        Table("series", 1000, 3, (i, j) => Math.Sin((0.003 + (0.001 * j)) * i) + (0.01 * Normal(i, j))),
        Table("copied rows", 600, 4, (i, j) => Normal(i / 3, j) + (1e-4 * Normal(i, j, 5))),
        Frames(40, 10, 2),
        Rename("frames in turn", Frames(40, 10, 2, frame => frame % 40)),
        Rename("equal frames", Frames(40, 10, 0, frame => frame % 40)),
        Table("one in ten at +8", 600, 3, (i, j) => Normal(i, j) + (i % 10 == 3 && j == 1 ? 8 : 0)),
        Table("one in ten scattered", 600, 3, (i, j) => Normal(i, j) * (i % 10 == 3 ? 12 : 1)),
        Table("one in thirty at +8", 600, 3, (i, j) => Normal(i, j) + (i % 30 == 3 && j == 2 ? 8 : 0)),
    }.ToDictionary(s => s.Name);

    private static Dataset Rename(string name, Dataset set) => set.Select(name, [.. Enumerable.Range(0, set.Count)]);

    [Fact]
    public void A_column_in_which_some_lie_apart_is_called_by_its_name()
    {
        var set = Sets["one in ten at +8"];
        using var detector = Options.FitOn(new Dataset("named", set.SampleShape, set.ToFloats(), set.Labels) { Columns = ["x", "y", "z"] });
        Assert.Contains("in column y", Assert.Single(detector.Health!.Data), StringComparison.Ordinal);
    }

    [Fact]
    public void Near_duplicates_and_contamination_are_named_where_they_are_and_nowhere_else()
    {
        Dictionary<string, string> expected = new()
        {
            ["series"] = Siblings,
            ["copied rows"] = Siblings,
            ["frames"] = Siblings,
            ["frames in turn"] = Siblings,
            ["equal frames"] = Siblings,
            ["one in ten at +8"] = Apart,
            ["one in ten scattered"] = Apart,
            ["one in thirty at +8"] = Apart,
        };
        Assert.All(Sets, pair =>
        {
            using var detector = Options.FitOn(pair.Value);
            string[] found = [.. detector.Health!.Warnings.Where(
                w => w.Contains(Siblings, StringComparison.Ordinal) || w.Contains(Apart, StringComparison.Ordinal))];
            Assert.True(expected.TryGetValue(pair.Key, out string? part) ? found.Length == 1
                && found[0].Contains(part, StringComparison.Ordinal) : found.Length == 0, $"{pair.Key}: {string.Join("; ", found)}");
        });
    }
}
