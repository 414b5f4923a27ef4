using LisNative.Data;
using LisNative.Random;
using LisNative.Training;

namespace LisNative.Tests.Data;

/// <summary>Rows in time order become windows, none of which crosses a gap; what is set aside shares no row with the rest.</summary>
public class WindowsTests
{
    /// <summary>Rows (i, −i), so that a window tells which rows it is of.</summary>
    internal static Dataset Counting(int rows, Func<int, double>? time = null, Func<int, string>? group = null) =>
        new("counting", [2], [.. Enumerable.Range(0, rows).SelectMany(i => new[] { i, -(float)i })], [.. Enumerable.Range(0, rows)])
        {
            Columns = ["up", "down"],
            Times = time is null ? null : [.. Enumerable.Range(0, rows).Select(time)],
            Groups = group is null ? null : [.. Enumerable.Range(0, rows).Select(group)],
        };

    private static int[] FirstRows(Dataset windows) => [.. windows.ToFloats().Chunk(windows.SampleShape.Count).Select(window =>
    {
        Assert.Equal(Enumerable.Range((int)window[0], window.Length / 2).SelectMany(r => new[] { r, -(float)r }), window);
        return (int)window[0];
    })];

    [Fact]
    public void A_window_is_rows_that_follow_each_other_with_the_label_and_time_of_its_last()
    {
        var windows = Counting(10, i => 60 * i).Windowed(new(4, 3));
        Assert.Equal<Shape>([8], windows.SampleShape);
        Assert.Equal([0, 3, 6], FirstRows(windows));
        Assert.Equal([3, 6, 9], windows.Labels);
        Assert.Equal([180, 360, 540], windows.Times!);
        Assert.Equal(60, windows.Windows!.Step);
        Assert.Equal(["up", "down"], windows.Columns!);
        Assert.Equal([3], FirstRows(windows.Select("some", [1])));
        Assert.Equal(Enumerable.Range(3, 4).SelectMany(r => new[] { r, -(float)r }), windows.Select("some", [1]).Rows().ToFloats());
        Assert.Equal(windows.ToFloats(), Counting(12).Select("part", [.. Enumerable.Range(0, 10)]).Windowed(new(4, 3)).ToFloats());
    }

    /// <summary>The gap lies before row 5; a step of twice the usual one is none.</summary>
    [Theory]
    [InlineData(2.0, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    [InlineData(2.1, new[] { 0, 1, 5, 6 })]
    [InlineData(1000, new[] { 0, 1, 5, 6 })]
    public void No_window_crosses_a_gap_in_time(double gap, int[] expected) =>
        Assert.Equal(expected, FirstRows(Counting(10, i => i < 5 ? i : i - 1 + gap).Windowed(new(4))));

    [Fact]
    public void No_window_goes_from_one_group_into_another()
    {
        var windows = Counting(9, i => i % 4, i => $"{i / 4}").Windowed(new(3));
        Assert.Equal([0, 1, 4, 5], FirstRows(windows));
        Assert.Equal(["0", "0", "1", "1"], windows.Groups!);
    }

    [Theory]
    [InlineData(500, 8, 1)]
    [InlineData(500, 8, 5)]
    [InlineData(5000, 16, 1)]
    [InlineData(90, 30, 1)]
    public void What_is_held_out_shares_no_row_with_what_is_learnt(int rows, int length, int stride)
    {
        var normal = Counting(rows).Windowed(new(length, stride));
        var (train, heldOut) = Detector.HoldOut(normal, new IsolationForestOptions());
        var (learnt, validation) = ValidationSplit.Of(train, new Philox(1));
        Dataset[] parts = [heldOut, learnt, .. validation is null ? [] : new[] { validation }];
        HashSet<int>[] covered = [.. parts.Select(p => FirstRows(p).SelectMany(f => Enumerable.Range(f, length)).ToHashSet())];
        Assert.All(covered, c => Assert.NotEmpty(c));
        Assert.Equal(covered.Sum(c => c.Count), covered.SelectMany(c => c).Distinct().Count());
        Assert.InRange(heldOut.Count, normal.Count / 12, normal.Count / 10);
        Assert.Equal(rows > 100, validation is not null);
    }

    [Fact]
    public void Whole_groups_are_held_out_where_there_are_some()
    {
        var normal = Counting(400, group: i => $"{i / 40}").Windowed(new(8));
        var (train, heldOut) = Detector.HoldOut(normal, new IsolationForestOptions());
        Assert.Equal(33, heldOut.Count);
        Assert.Empty(train.Groups!.Intersect(heldOut.Groups!));
    }

    [Fact]
    public void Windows_together_are_single_samples()
    {
        var both = Counting(10).Windowed(new(4)).Concat(Counting(8).Windowed(new(4, 2)));
        Assert.Equal((10, (Windows?)null, (IReadOnlyList<string>?)null), (both.Count, both.Windows, both.Columns));
        Assert.Equal(Counting(8).Windowed(new(4, 2)).ToFloats(), both.ToFloats()[^24..]);
    }

    /// <summary>Columns are standardised by their own rows, each of which counts once.</summary>
    [Fact]
    public void A_scaler_of_windows_is_one_of_columns()
    {
        var rows = Counting(50);
        Scaler ofRows = Scaler.Fit(rows), ofWindows = Scaler.Fit(rows.Windowed(new(5)));
        Assert.Equal(Enumerable.Repeat(ofRows.Mean, 5).SelectMany(m => m), ofWindows.Mean);
        Assert.Equal(Enumerable.Repeat(ofRows.Deviation, 5).SelectMany(m => m), ofWindows.Deviation);
        Assert.Equal(ofRows.Apply(rows).Windowed(new(5)).ToFloats(), ofWindows.Apply(rows.Windowed(new(5))).ToFloats());
    }

    [Fact]
    public void What_makes_no_windows_is_refused_in_words()
    {
        static void Refused(string part, Func<object> action)
        {
            string message = Assert.Throws<InputException>(action).Message;
            Assert.Contains(part, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }

        Refused("expected 11 rows without a gap, as a window has, found 10", () => Counting(10).Windowed(new(11)));
        Refused("found 5 at most", () => Counting(10, i => i < 5 ? i : i + 9).Windowed(new(6)));
        Refused("expected times that rise from row to row, found 1970-01-01T00:00:02Z after 1970-01-01T00:00:04Z in row 5",
            () => Counting(10, i => i == 5 ? 2 : i).Windowed(new(3)));
        Refused("Windows.Length: expected at least 1, found 0", () => new Windows(0));
        Refused("Windows.Stride: expected at least 1, found -1", () => new Windows(4, -1));
        Refused("found windows", () => Counting(10).Windowed(new(3)).Windowed(new(2)));
        Refused("found none", () => Counting(10).Select("none", []).Windowed(new(3)));
        Refused("found samples [1, 2, 2]", () => new Dataset("images", [1, 2, 2], new byte[8], new int[2]).Windowed(new(2)));
        Refused("expected a time for each of 2 samples, found 1", () => new Dataset("x", [1], new float[2], new int[2]) { Times = [0] });
    }
}
