using System.Runtime.InteropServices;
using LisNative.Data;
using LisNative.Data.Synthetic;

namespace LisNative.Tests.Data;

/// <summary>Words, dates and missing values of a table: what they become, that a model keeps it, and what is refused.</summary>
public sealed class EncodingTests : InFolder
{
    /// <summary>2024-01-01 was a Monday.</summary>
    private const string Text =
        "when,colour,a,b\n2024-01-01 06:00,red,1,2\n2024-01-02 12:00,blue,,4\n2024-01-03,red,5,NA\n2024-01-07 18:00,\"a \"\"q\"\"\",9,9\n";

    private static readonly ReadOptions All = new() { Missing = Missing.Median, Categories = ["auto"], Dates = ["auto"] };

    private readonly List<string> warnings = [];

    private Dataset Read(string text, ReadOptions options) =>
        Sources.Open(folder.Write("x.csv", text), options with { Warn = warnings.Add });

    private string Refused(string text, ReadOptions options)
    {
        string message = Assert.ThrowsAny<InputException>(() => Read(text, options)).Message;
        Assert.Contains("x.csv", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static float[] Row(Dataset set, int row)
    {
        var values = new float[set.SampleShape.Count];
        set.Read([row], values);
        return values;
    }

    /// <summary>Rows of noise, of which some lack a value.</summary>
    private static string Noise(int rows, Func<int, string> colour, Func<int, bool> lacks)
    {
        var random = new Random.Philox(3);
        return "a,colour,b\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant(
            $"{(lacks(i) ? "" : $"{random.Normal((ulong)i):F3}")},{colour(i)},{random.Normal((ulong)(i + 100_000)):F3}\n")));
    }

    [Fact]
    public void Words_dates_and_missing_values_become_numbers()
    {
        var set = Read(Text, All);
        Assert.Equal(
            ["when (sin time)", "when (cos time)", "when (sin weekday)", "when (cos weekday)", "colour=red", "colour=a \"q\"",
                "colour=blue", "colour (other)", "a", "a (missing)", "b", "b (missing)"], set.Columns);
        double sunday = 2 * Math.PI * 6 / 7;
        float[][] expected =
        [
            [1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 2, 0],
            [0, -1, (float)Math.Sin(2 * Math.PI / 7), (float)Math.Cos(2 * Math.PI / 7), 0, 0, 1, 0, 5, 1, 4, 0],
            [0, 1, (float)Math.Sin(4 * Math.PI / 7), (float)Math.Cos(4 * Math.PI / 7), 1, 0, 0, 0, 5, 0, 4, 1],
            [-1, 0, (float)Math.Sin(sunday), (float)Math.Cos(sunday), 0, 1, 0, 0, 9, 0, 9, 0],
        ];
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.All(Row(set, row).Zip(expected[row]), v => Assert.Equal(v.Second, v.First, 1e-6));
        }

        Assert.Contains("2 missing values in 2 rows are taken for their columns' medians, the first in line 3", Assert.Single(warnings),
            StringComparison.Ordinal);
    }

    /// <summary>A column that lacked nothing in the normal data has no number more; an unknown word is other.</summary>
    [Fact]
    public void Another_table_becomes_what_the_first_did()
    {
        var like = TableColumns.Of(Read(Text.Replace(",,4", ",5,4", StringComparison.Ordinal), All));
        warnings.Clear();
        var set = Read("b,x,a,when,colour\n1,7,,2024-01-08T06:00:30.5Z,green\n,7,,,\n3,7,2,,red\n", new() { Like = like });
        Assert.Equal(2, set.Count);
        Assert.Equal([0f, 0, 0, 1, 5, 1, 0], Row(set, 0)[4..]);
        Assert.Equal([1f, 0, 0, 0, 2, 3, 0], Row(set, 1)[4..]);
        double[] means = [.. Enumerable.Range(0, 4).Select(j => like!.Means[j])];
        Assert.All(Row(set, 1)[..4].Zip(means), v => Assert.Equal(v.Second, v.First, 1e-6));
        Assert.Equal(4, warnings.Count);
        Assert.Contains("left out column x", warnings[0], StringComparison.Ordinal);
        Assert.Contains("2 missing values in 2 rows", warnings[1], StringComparison.Ordinal);
        Assert.Contains("1 of 3 rows lack all values and are left out", warnings[2], StringComparison.Ordinal);
        Assert.Contains("1 cell has a word that the model does not know and counts as other, the first in line 2, \"green\" of colour",
            warnings[3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_frequent_words_have_a_number_of_their_own_and_the_rest_share_one()
    {
        string text = "a,word\n" + string.Concat(Enumerable.Range(0, 100).SelectMany(
            w => Enumerable.Repeat($"{w % 7},w{w:D3}\n", 100 - w)));
        var set = Read(text, new() { Categories = ["word"] });
        Assert.Equal(1 + 64 + 1, set.SampleShape.Count);
        Assert.Equal(["a", "word=w000", "word=w063", "word (other)"], new[] { 0, 1, 64, 65 }.Select(c => set.Columns![c]));
        Assert.Equal(Enumerable.Range(64, 36).Sum(w => 100 - w), Enumerable.Range(0, set.Count).Sum(row => Row(set, row)[65]));
        Assert.All(Enumerable.Range(0, set.Count), row => Assert.Equal(1, Row(set, row)[1..].Sum()));
    }

    [Theory]
    [InlineData("2024-12-31", "Tue 00:00")]
    [InlineData("2024-12-31 23:59", "Tue 23:59")]
    [InlineData("2024-12-31T23:59:01", "Tue 23:59")]
    [InlineData("2024-12-31T23:59:01.123456789+02:00", "Tue 23:59")]
    [InlineData("2024/1/2 3:04", "Tue 03:04")]
    [InlineData("31.12.2024 23:59:00", "Tue 23:59")]
    [InlineData("2024-02-30", null)]
    [InlineData("12/31/2024", null)]
    [InlineData("20241231", null)]
    [InlineData("2024-12-31 25:00", null)]
    [InlineData("yesterday", null)]
    public void Dates_are_read_as_people_write_them(string cell, string? expected)
    {
        Assert.Equal(expected is not null, Dates.TryParse(cell, out double seconds));
        double[] features = new double[Dates.Features];
        Dates.Encode(seconds, features);
        Assert.Equal(expected ?? "Mon 00:00", Dates.Text(features));
    }

    [Theory]
    [InlineData("when,a\n2024-01-01,1\n2024-01-02,2\n", "--dates when takes time of day and day of week", false)]
    [InlineData("colour,a\nred,1\nblue,2\n", "line 2, cell 1 (colour), found \"red\"; --columns a reads those that are numbers, "
        + "--categories colour takes its words", false)]
    [InlineData("when,a\n2024-01-01,1\n2024-01-02,2\nsoon,3\n", "expected a date in line 4, cell 1 (when), found \"soon\"", true)]
    [InlineData("colour,a\nred,1\nblue,x\ngreen,3\n", "expected a number in line 3, cell 2 (a), found \"x\"", true)]
    [InlineData("colour,a\nred,1\nblue,2,3\n", "expected 2 cells in line 3, found 3", true)]
    [InlineData("NA,?\n,\n", "expected rows that lack no value, found none up to line 2", true)]
    [InlineData("a,b\n1,\n2,\n", "expected a value in column b to take missing ones for, found none up to line 3", true)]
    public void What_cannot_be_told_is_refused_in_one_sentence(string text, string part, bool all) =>
        Assert.Contains(part, Refused(text, all ? All : ReadOptions.Default), StringComparison.Ordinal);

    [Fact]
    public void A_model_refuses_what_it_does_not_know()
    {
        var like = TableColumns.Of(Read(Text, All));
        Assert.Contains("expected the model's columns when, colour, a, b, found when, colour, a in line 1: no b",
            Refused("when,colour,a\n2024-01-01,red,1\n", new() { Like = like }), StringComparison.Ordinal);
        Assert.Contains("line 2, cell 3 (a), found \"x\"", Refused("when,colour,a,b\n2024-01-01,red,x,1\n", new() { Like = like }),
            StringComparison.Ordinal);
        Assert.Contains("line 2, cell 3 (a), found nothing", Refused("when,colour,a,b\n2024-01-01,red,,1\n",
            new() { Like = like, Missing = Missing.Refuse }), StringComparison.Ordinal);
        var plain = TableColumns.Of(Read("a,b\n1,2\n3,4\n", ReadOptions.Default));
        Assert.Contains("trained with --missing median", Refused("a,b\n1,\n", new() { Like = plain, Missing = Missing.Median }),
            StringComparison.Ordinal);
    }

    /// <summary>Without a heading they go by their order.</summary>
    [Fact]
    public void Columns_without_names_go_by_their_order()
    {
        const string Nameless = "1,red\n2,blue\n3,red\n";
        var set = Read(Nameless, new() { Categories = ["2"] });
        Assert.Equal(["1", "2=red", "2=blue", "2 (other)"], set.Columns);
        Assert.Equal([4f, 0, 1, 0], Row(Read("4,blue\n", new() { Like = TableColumns.Of(set) }), 0));
        Assert.Contains("expected 2 columns, found 3 in line", Refused("4,blue,5\n", new() { Like = TableColumns.Of(set) }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_that_lack_values_follow_the_same_rules()
    {
        float nan = float.NaN;
        float[] numbers = [1, 2, nan, 4, 5, 6, nan, nan];
        string path = folder.Write("x.npy", FileFormats.Npy("<f4", "4, 2", MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray()));
        Dataset Open(ReadOptions options) => Sources.Open(path, options with { Warn = warnings.Add });
        Failure.Contains<InputException>("found NaN in sample 1", () => Open(ReadOptions.Default));
        Assert.Equal([1f, 2, 5, 6], Open(new() { Missing = Missing.Drop }).ToFloats());
        Assert.Equal([1f, 2, 3, 4, 5, 6], Open(new() { Missing = Missing.Mean }).ToFloats());
        var median = Open(new() { Missing = Missing.Median });
        Assert.Equal([1f, 0, 2, 3, 1, 4, 5, 0, 6], median.ToFloats());
        Assert.Contains("1 of 4 rows lack all values and are left out", warnings[^1], StringComparison.Ordinal);
        Assert.Equal([1f, 0, 2, 3, 1, 4, 5, 0, 6], Open(new() { Like = TableColumns.Of(median) }).ToFloats());
        Failure.Contains<InputException>("found NaN in row 1, column 1",
            () => Open(new() { Like = TableColumns.Of(median), Missing = Missing.Refuse }));
    }

    /// <summary>What a file of a model says of its columns is what it was trained with, and complete tables have none of it.</summary>
    [Fact]
    public void A_model_keeps_what_cells_become()
    {
        var normal = Read(Noise(400, i => i % 3 == 0 ? "red" : "blue", i => i % 50 == 7), All);
        using var detector = new NearestNeighboursOptions().FitOn(normal);
        using var stream = new MemoryStream();
        detector.Save(stream);
        using var loaded = Detector.Load(stream.ToArray());
        const string Some = "colour,b,a\nred,0.5,\npurple,0.5,1\nblue,9,1\n";
        float[] expected = detector.Score(Read(Some, new() { Like = detector.Columns })),
            found = loaded.Score(Read(Some, new() { Like = loaded.Columns }));
        Assert.Equal(expected, found);
        Assert.Equal(3, found.Distinct().Count());
        using var plain = new NearestNeighboursOptions().FitOn(
            Read("a,b\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 7},{i % 5}\n")),
                new() { Categories = ["auto"], Dates = ["auto"] }));
        Assert.Null(plain.Columns!.Encoding);
    }

    /// <summary>A table that is complete gives the numbers that it gives without a rule for what is missing.</summary>
    [Theory]
    [InlineData(Missing.Mean)]
    [InlineData(Missing.Median)]
    public void A_rule_changes_nothing_of_a_complete_table(Missing rule)
    {
        string text = Noise(300, i => "1", _ => false);
        Dataset without = Read(text, ReadOptions.Default), with = Read(text, new() { Missing = rule });
        Assert.Equal(without.Fingerprint(), with.Fingerprint());
        Assert.Equal(Scaler.Fit(without).Mean, Scaler.Fit(with).Mean);
    }

    /// <summary>Of two words there is no mixture: each is one that there is.</summary>
    [Fact]
    public void Negatives_that_are_made_have_whole_words()
    {
        var set = Read(Noise(200, i => $"w{i % 5}", i => i % 9 == 2), All);
        var made = SyntheticNegatives.Make(set, 300, new(1), SyntheticNegatives.Best(set));
        for (int i = 0; i < made.Count; i++)
        {
            float[] row = Row(made, i);
            Assert.True(row[2..8].Count(v => v == 1) == 1 && row[2..8].Sum() == 1 && row[1] is 0 or 1, string.Join(' ', row));
        }
    }

    /// <summary>Rows are read ahead; where reading ends, and that it may be left early, does not change.</summary>
    [Fact]
    public void What_is_read_ahead_comes_in_order_and_ends_where_it_ended()
    {
        static IEnumerable<int> Numbers()
        {
            for (int i = 0; i < 5; i++)
            {
                yield return i;
            }

            throw new InputException("x", "ended");
        }

        var read = new List<int>();
        Assert.Throws<InputException>(() =>
        {
            foreach (int number in Ahead.Of(Numbers()))
            {
                read.Add(number);
            }
        });
        Assert.Equal([0, 1, 2, 3, 4], read);
        Assert.Equal([0, 1], Ahead.Of(Numbers()).Take(2));
    }

    /// <summary>A rare word must not lie farther from the others than a frequent one.</summary>
    [Fact]
    public void Words_are_not_scaled()
    {
        var set = Read(Noise(1000, i => i == 5 ? "rare" : i % 2 == 0 ? "x" : "y", _ => false), All);
        Assert.Equal([0f, 0, 1, 0], Row(Scaler.Fit(set).Apply(set), 5)[1..5]);
    }
}
