using LisNative.Data;

namespace LisNative.Tests.Data;

/// <summary>Columns of a table that tell the time and the label of a row.</summary>
public sealed class TimeColumnTests : InFolder
{
    private Dataset Read(string text, ReadOptions options) => Sources.Open(folder.Write("x.csv", text), options);

    [Theory]
    [InlineData("2026-01-31 13:45:00", 1769867100.0)]
    [InlineData("2026-01-31T13:45:00", 1769867100.0)]
    [InlineData("2026-01-31T13:45:00Z", 1769867100.0)]
    [InlineData("2026-01-31T13:45:00.250Z", 1769867100.25)]
    [InlineData("2026-01-31 13:45:00.000000", 1769867100.0)]
    [InlineData("2026-01-31T15:45:00+02:00", 1769867100.0)]
    [InlineData("2026-01-31 13:45", 1769867100.0)]
    [InlineData("1970-01-02", 86400.0)]
    [InlineData("1769867100", 1769867100.0)]
    [InlineData("1769867100.5", 1769867100.5)]
    [InlineData("-3.5", -3.5)]
    [InlineData("31.01.2026", null)]
    [InlineData("2026-02-30 00:00:00", null)]
    [InlineData("noon", null)]
    [InlineData("", null)]
    [InlineData("NaN", null)]
    [InlineData("1769867100000", null)]         // milliseconds
    [InlineData("202601311345", null)]          // digits of a date
    public void Times_are_seconds_since_1970(string text, double? seconds)
    {
        Assert.Equal(seconds is not null, Timestamps.TryParse(text, out double found));
        Assert.Equal(seconds ?? found, found, 1e-6);
    }

    [Theory]
    [InlineData(1769867100.0, "2026-01-31T13:45:00Z")]
    [InlineData(1769867100.25, "2026-01-31T13:45:00.25Z")]
    [InlineData(1e30, "1E+30")]
    public void And_are_written_as_ISO_8601(double seconds, string text) => Assert.Equal(text, Timestamps.Text(seconds));

    [Fact]
    public void Milliseconds_are_refused_by_their_unit() => Failure.Contains<InputException>("milliseconds are divided by 1000",
        () => Read("t,a\n1769867100000,1\n1769867160000,2\n", new() { Time = "t" }));

    [Theory]
    [InlineData(60, true)]
    [InlineData(20, true)]
    [InlineData(1, false)]
    [InlineData(60_000, false)]
    [InlineData(0.000694, false)]
    public void Rows_in_another_unit_of_time_are_told_of(double step, bool alike)
    {
        var rows = Read("t,a\n" + string.Concat(Enumerable.Range(0, 20).Select(i =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i * step:F6},{i}\n"))), new() { Time = "t" });
        string? told = (new Windows(4) with { Step = 60 }).OtherStep("x.csv", rows);
        Assert.Equal(alike, told is null);
        Assert.Equal(alike, told?.Contains("every 60 s", StringComparison.Ordinal) != true);
    }

    [Fact]
    public void Time_and_label_are_no_numbers_of_a_row()
    {
        const string Text = "timestamp,value,label\n2026-01-01 00:00:00,5,0\n2026-01-01 00:01:00,6,1\n2026-01-01 00:01:00,7,0\n";
        var set = Read(Text, new() { Time = "timestamp", Label = "label" });
        Assert.Equal([5f, 6f, 7f], set.ToFloats());
        Assert.Equal(["value"], set.Columns!);
        Assert.Equal([0, 1, 0], set.Labels);
        Assert.Equal([0, 60, 60], set.Times!.Select(t => t - set.Times![0]));
        Assert.Equal("timestamp", TableColumns.Of(set)!.Time);
        var like = Read(Text, new() { Like = TableColumns.Of(set), Warn = s => Assert.Contains("label", s, StringComparison.Ordinal) });
        Assert.Equal(set.Times, like.Times);
    }

    [Fact]
    public void Rows_left_out_leave_a_gap()
    {
        var set = Read("t,v\n0,1\n1,2\n2,3\n3,\n4,\n5,4\n6,5\n7,6\n", new() { Time = "t", Missing = Missing.Drop });
        Assert.Equal([3f, 6f], set.Windowed(new(3)).ToFloats().Chunk(3).Select(w => w[^1]));
    }

    [Theory]
    [InlineData("t,v\n1,1\n3,2\n2,3\n", "expected times that rise from row to row, found 2 in line 4 after 1970-01-01T00:00:03Z")]
    [InlineData("t,v\n1,1\nsoon,2\n",
        "expected a time in line 3, cell 1, as 2026-01-31 13:45:00, ISO 8601 or seconds since 1970, found \"soon\"")]
    [InlineData("t,v\n1,1\n,2\n", "found nothing")]
    [InlineData("a,v\n1,1\n2,2\n", "expected a column t, found a, v")]
    [InlineData("t,v\n1,1\n2,2,3\n", "expected 2 cells in line 3, found 3")]
    public void What_is_no_time_is_refused_with_its_line(string text, string expected) => Failure.Contains<InputException>(expected,
        () => Read(text, new() { Time = "t", Heading = Heading.Yes }));

    [Fact]
    public void A_label_is_0_or_1() => Failure.Contains<InputException>("expected a label of 0 or 1 in line 3, cell 2, found \"2\"",
        () => Read("v,y\n1,1\n2,2\n", new() { Label = "y" }));
}
