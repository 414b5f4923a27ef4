using System.Globalization;
using System.Text;
using LisNative.Data;
using LisNative.Random;

namespace LisNative.Tests.Data;

/// <summary>
/// Tables as text as people have them: each means the same numbers to its author and here, or is refused in one sentence.
/// </summary>
public sealed class TableTests : InFolder
{
    private readonly List<string> warnings = [];

    private Dataset Read(string text, ReadOptions? options = null) => Read(Encoding.UTF8.GetBytes(text), options);

    private Dataset Read(byte[] text, ReadOptions? options = null) =>
        Sources.Open(folder.Write("x.csv", text), (options ?? ReadOptions.Default) with { Warn = warnings.Add });

    private string Refused(string text, ReadOptions? options = null)
    {
        var e = Assert.ThrowsAny<InputException>(() => Read(text, options));
        Assert.Contains("x.csv", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        return e.Message;
    }

    private static void Gives(Dataset set, string? names, params double[] expected)
    {
        Assert.Equal(expected.Select(v => (float)v), set.ToFloats());
        Assert.Equal(names, set.Columns is null ? null : string.Join("|", set.Columns));
    }

    /// <summary>Ways to write one table: 1.25 2 3, 4 5.5 -60000.</summary>
    [Theory]
    [InlineData("1.25,2,3\n4,5.5,-6e4\n", null)]
    [InlineData("a,b,c\n1.25,2,3\n4,5.5,-60000\n", "a|b|c")]
    [InlineData("a;b;c\n1,25;2;3\n4;5,5;-60000\n", "a|b|c")]
    [InlineData("a;b;c\n1.25;2;3\n4;5.5;-60000\n", "a|b|c")]
    [InlineData("a\tb\tc\r\n1,25\t2\t3\r\n4\t5,5\t-60000", "a|b|c")]
    [InlineData("a|b|c\n1.25|2|3\n4|5.5|-60000\n", "a|b|c")]
    [InlineData(" 1.25   2 3\n4 5.5   -60000  \n", null)]
    [InlineData("a b c\n1,25 2 3\n4\t5,5 -60000\n", "a|b|c")]
    [InlineData("# a b c\n1.25 2 3\n4 5.5 -60000\n", "a|b|c")]
    [InlineData("# logger 7\n\n# units: V\na,b,c\n1.25,2,3\n  # a pause\n4,5.5,-60000\n\n", "a|b|c")]
    [InlineData("sep=;\na;b;c\n1,25;2;3\n4;5,5;-60000\n", "a|b|c")]
    [InlineData("a, b, c\n 1.25,  +2, 3 \n4, 5.5, -6E+4\n", "a|b|c")]
    [InlineData("\"a\", \"b\", \"c\"\n\"1.25\", \"2\", \"3\"\n\"4\", \"5.5\", \"-60000\"\n", "a|b|c")]
    [InlineData("\"a\";\"b \"\"q\"\", ;\";c\n\"1,25\";\"2\";3\n4;\"5,5\";-60000\n", "a|b \"q\", ;|c")]
    [InlineData("\"a\nx\",b,c\n1.25,2,3\n4,5.5,-60000\n", "a\nx|b|c")]
    [InlineData("a,b,c,\n1.25,2,3,\n4,5.5,-60000,\n", "a|b|c")]
    [InlineData("a,b,c\n1.25,2,3,\n4,5.5,-60000,\n", "a|b|c")]
    [InlineData("1.25,2,3,\n4,5.5,-60000,\n", null)]
    [InlineData("2024,a,b\n1.25,2,3\n4,5.5,-60000\n", "2024|a|b")]
    [InlineData("nan,a,b\n1.25,2,3\n4,5.5,-60000\n", "nan|a|b")]
    [InlineData("0,1,2\n1.25,2,3\n4,5.5,-60000\n", "0|1|2")]
    [InlineData("400.0,402.5,405.0\n1.25,2,3\n4,5.5,-60000\n", "400.0|402.5|405.0")]
    [InlineData(",a,b,c\n0,1.25,2,3\n1,4,5.5,-60000\n", "a|b|c")]
    [InlineData(",0,1,2\n0,1.25,2,3\n1,4,5.5,-60000\n", "0|1|2")]
    [InlineData("Unnamed: 0,a,b,c\n17,1.25,2,3\n5,4,5.5,-60000\n", "a|b|c")]
    [InlineData("a b c\nr1 1.25 2 3\nr2 4 5.5 -60000\n", "a|b|c")]
    public void One_table_in_many_ways(string text, string? names)
    {
        foreach (var encoding in new[] { new UTF8Encoding(false), Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            Gives(Read([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]), names, 1.25, 2, 3, 4, 5.5, -60000);
            Gives(Read(FileFormats.Gzip([.. encoding.GetPreamble(), .. encoding.GetBytes(text)])), names, 1.25, 2, 3, 4, 5.5, -60000);
        }
    }

    [Theory]
    [InlineData("1,2\n3\n", "expected 2 cells in line 2, found 1")]
    [InlineData("1,2\n3,4,5\n", "expected 2 cells in line 2, found 3")]
    [InlineData("Temp;Druck\n11,3;20,1\n12,4\n", "expected 2 cells in line 3, found 1")]
    [InlineData("Temp;Druck\n12,4\n", "expected 2 cells in line 2, found 1")]
    [InlineData("\n\na\n", "none up to line 3")]
    [InlineData("", "expected rows of numbers, found none")]
    [InlineData("# only a comment\n", "expected rows of numbers, found none")]
    [InlineData("1,2\n3,x\n", "line 2, cell 2, found \"x\"")]
    [InlineData("1;2,5\n3;4,5\n5;6.5\n",
        "line 3, cell 2, found \"6.5\"; numbers are written like those in other rows, with one decimal mark and no marks of thousands")]
    [InlineData("a;b\n1.234,5;2\n3;4\n", "line 2, cell 1 (a), found \"1.234,5\"")]
    [InlineData("a,b\n\"1,234\",2\n3,4\n", "found \"1,234\"")]
    [InlineData("a;b\n1 234;2\n3;4\n", "found \"1 234\"")]
    [InlineData("1O,2,3\n4,5,6\n",
        "line 1, cell 1, found \"1O\"; --columns 2,3 reads those that are numbers; --heading yes takes the row for names")]
    [InlineData("1,inf\n2,3\n", "line 1, cell 2, found \"inf\"")]
    [InlineData("1,1e39\n2,3\n", "expected a number below 3.4e38 in line 1, cell 2")]
    [InlineData("1,0x1F\n2,3\n", "found \"0x1F\"")]
    [InlineData(",2,3\n4,5,6\n", "line 1, cell 1, found nothing; --missing mean")]
    [InlineData("a,b\n1,2\n3,NaN\n",
        "line 3, cell 2 (b), found \"NaN\"; --missing mean takes such values for the column's mean, --missing drop leaves their rows out")]
    [InlineData("a,b,colour\n1,2,red\n3,4,blue\n", "line 2, cell 3 (colour), found \"red\"; --columns a,b reads those that are numbers")]
    [InlineData("5.1,3.5,Iris\n4.9,3,Iris\n", "line 1, cell 3, found \"Iris\"; --columns 1,2 reads those that are numbers")]
    [InlineData("a,b,a\n1,2,3\n", "2 called a")]
    [InlineData("a,\"b\n1,2\n3,4\n", "expected a quote that ends the cell begun in line 1")]
    [InlineData("1,2\n3,\0\n", "found in line 2 a character 0, which text does not have")]
    [InlineData("Logger 7\na,b\n1,2\n",
        "expected 1 cell in line 2, found 2; most lines have so many: those above the heading are left out, or begin with #")]
    [InlineData("load;temp\n53,3 %;16,4\n50 %;17\n", "line 2, cell 1 (load), found \"53,3 %\"; numbers are written without marks")]
    [InlineData("temp;sum\n16,46;1.454,07\n17,1;12.454,07\n", "line 2, cell 2 (sum), found \"1.454,07\"; numbers are written without")]
    [InlineData("temp;sum\n16,46;1\u202f454,07\n17,1;-2\u202f454,07\n", "line 2, cell 2 (sum), found \"1\u202f454,07\"; numbers are")]
    [InlineData("price\n$5.20\n$6\n", "line 2, cell 1 (price), found \"$5.20\"; numbers are written without")]
    [InlineData("a,b\n\u22121.5,2\n3,4\n", "line 2, cell 1 (a), found \"\u22121.5\"; numbers are written without")]
    public void What_is_no_table_of_numbers_is_refused_in_one_sentence(string text, string part) =>
        Assert.Contains(part, Refused(text), StringComparison.Ordinal);

    /// <summary>Each further line would be joined to all before it.</summary>
    /// <summary>What is read without the general parser is what that reads, to the bit, and what it does not read is left to it.</summary>
    [Fact]
    public void Plain_numbers_are_the_nearest_doubles()
    {
        string[] forms = ["0", "-0", "+7", ".5", "5.", "-.25", "000001.50", "123456789012345", "-0.00000000000012", "9007199254740.93"],
            others = ["1234567890123456", "1e5", ".", "-", "+", "1.2.3", "1,5", "1 2", "--1", ""];
        var random = new Philox(3);
        string Drawn(int i) => string.Create(CultureInfo.InvariantCulture,
            $"{(i % 3 == 0 ? "-" : "")}{random.Below(1 << 20, (ulong)(3 * i))}.{random.Below(1_000_000, (ulong)((3 * i) + 1))}");
        foreach (string text in forms.Concat(Enumerable.Range(0, 2000).Select(Drawn)))
        {
            Assert.True(PlainNumber.TryRead(text, '.', out double value), text);
            Assert.Equal(
                BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
        }

        Assert.All(others, text => Assert.False(PlainNumber.TryRead(text, '.', out _)));
        Assert.True(PlainNumber.TryRead("1,5", ',', out double comma) && comma == 1.5);
    }

    [Fact]
    public void A_quote_that_is_not_closed_ends_soon() =>
        Assert.Contains("cell begun in line 2, found none up to line 102",
            Refused($"a,b\n1,\"2\n{string.Concat(Enumerable.Repeat("3,4\n", 1000))}"), StringComparison.Ordinal);

    [Fact]
    public void A_row_of_numbers_is_a_heading_only_where_it_is_unlike_the_others_and_that_is_told()
    {
        Assert.Equal(2, Read("1,2,4\n2,3,5\n").Count);
        Assert.Equal(3, Read("10.0,20.0,30.0\n10.1,19.8,30.3\n9.7,20.1,29.9\n").Count);
        Assert.Equal(3, Read("0,1\n1,1\n0,0\n").Count);
        Assert.Equal(2, Read("1\r\n2").Count);
        Assert.Empty(warnings);
        Assert.Equal(2, Read("0,1,2\n1.5,2.5,3.1\n4,5,7\n").Count);
        Assert.Contains("--heading no", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(3, Read("0,1,2\n1.5,2.5,3.1\n4,5,7\n", new() { Heading = Heading.No }).Count);
        Assert.Equal("0|1|2|3|4", string.Join("|", Read("0,1,2,3,4\n5,3,9,1,2\n4,4,1,0,7\n").Columns!));
        Assert.Equal(3, Read("0,1,2,3,4\n1,2,3,4,5\n4,5,6,8,9\n").Count);
        Assert.Equal("1|2|4", string.Join("|", Read("1,2,4\n2,3,5\n", new() { Heading = Heading.Yes }).Columns!));
    }

    [Fact]
    public void Thousands_that_may_be_decimals_are_told_of()
    {
        Gives(Read("a;b\n1,234;2\n12,345;3\n"), "a|b", 1.234, 2, 12.345, 3);
        Assert.Contains("\"1,234\" for 1.234", Assert.Single(warnings), StringComparison.Ordinal);
        Read("a;b\n1,234;2\n0,345;3\n");
        Assert.Single(warnings);
    }

    [Fact]
    public void One_column_has_decimal_commas_where_its_first_row_has_none_and_that_is_told()
    {
        Gives(Read("weight\n8,82\n-9,5\nNA\n7\n", new() { Missing = Missing.Drop }), "weight", 8.82, -9.5, 7);
        Assert.Contains("decimal marks of one column", warnings[^1], StringComparison.Ordinal);
        Gives(Read("\"8,82\"\n\"9,5\"\n7\n"), null, 8.82, 9.5, 7);
        Assert.Contains("decimal marks of one column", warnings[^1], StringComparison.Ordinal);
        Gives(Read("7,71\n8,05\n"), null, 7, 71, 8, 5);
        Assert.Contains("7,71 is taken for two numbers in two columns", warnings[^1], StringComparison.Ordinal);
        warnings.Clear();
        Gives(Read("a\n1.5\n2\n"), "a", 1.5, 2);
        Gives(Read("a,b\n7,71\n8,05\n"), "a|b", 7, 71, 8, 5);
        Gives(Read("7,71\n8,105\n"), null, 7, 71, 8, 105);
        Assert.Empty(warnings);
    }

    /// <summary>A row that begins with one is no comment.</summary>
    [Theory]
    [InlineData("a,b\n1,2\n#N/A,4\n5,#DIV/0!\n6,9\n")]
    [InlineData("a;b\n1;2\n  #WERT! ;4\n#NAME?\n5;#NV\n6;9\n")]
    [InlineData("a\tb\n1\t2\n#NOM ?\t4\n# 3\t3\n5\t-nan\n6\t9\n")]
    public void Errors_of_spreadsheets_are_missing_values(string text)
    {
        Assert.Contains("in line 3, cell 1 (a), found \"#", Refused(text), StringComparison.Ordinal);
        text = text.Replace("#NAME?\n", "", StringComparison.Ordinal);
        Gives(Read(text, new() { Missing = Missing.Drop }), "a|b", 1, 2, 6, 9);
        Assert.Contains("2 of 4 rows", warnings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_values_are_refused_or_left_out_or_filled_in_and_that_is_told()
    {
        const string Text = "a,b\n1,2\n,4\n5,NA\n6,9\n";
        Gives(Read(Text, new() { Missing = Missing.Drop }), "a|b", 1, 2, 6, 9);
        Assert.Contains("2 of 4 rows lack values and are left out, the first in line 3", Assert.Single(warnings), StringComparison.Ordinal);
        Gives(Read(Text, new() { Missing = Missing.Mean }), "a|b", 1, 2, 4, 4, 5, 5, 6, 9);
        Assert.Contains("2 missing values", warnings[1], StringComparison.Ordinal);
        Gives(Read(Text, new() { Missing = Missing.Mean, Like = new(["b", "a"], [7, 8]) }), "b|a", 2, 1, 4, 8, 7, 5, 9, 6);
        Assert.Contains("lack no value, found none up to line 3", Refused("a,b\n1,\n,2\n", new() { Missing = Missing.Drop }),
            StringComparison.Ordinal);
        Assert.Contains("to take missing ones for, found none up to line 3",
            Refused("a,b,c\n1,,2\n3,,2\n", new() { Missing = Missing.Mean }), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_chosen_by_name_or_number()
    {
        Gives(Read("a,b,colour\n1,2,red\n3,4,blue\n", new() { Columns = ["b", "a"] }), "a|b", 1, 2, 3, 4);
        Gives(Read("1,2,red\n3,4,blue\n", new() { Columns = ["2"] }), "2", 2, 4);
        Assert.Contains("expected a column x, found a, b", Refused("a,b\n1,2\n", new() { Columns = ["x"] }), StringComparison.Ordinal);
        Assert.Contains("go by their numbers", Refused("1,2\n", new() { Columns = ["3"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_counts_the_rows_is_told_of()
    {
        Read(string.Concat(Enumerable.Range(0, 20).Select(i => $"{5000 + i},{i % 3}\n")));
        Assert.Contains("column 1 counts the rows;", Assert.Single(warnings), StringComparison.Ordinal);
        Read("seconds,x\n" + string.Concat(
            Enumerable.Range(0, 20).Select(i => FormattableString.Invariant($"{1.7e9 - (0.1 * i):F1},{i % 3}\n"))));
        Assert.Contains("column seconds counts the rows by -0.1;", warnings[^1], StringComparison.Ordinal);
        Read(string.Concat(Enumerable.Range(0, 20).Select(i => $"{1000 + (2 * i) + (i / 19)},{i % 3}\n")));
        Assert.Equal(2, warnings.Count);
    }

    [Theory]
    [InlineData("c,a,b\n3,1,2\n", "")]
    [InlineData("c,x,a,b\n3,9,1,2\n", "left out column x, which the model does not know")]
    [InlineData(",b,c,a\nrow,2,3,1\n", "left out column 1, which the model does not know")]
    [InlineData("1,2,3\n", "")]
    public void A_models_columns_are_found_by_name(string text, string warning)
    {
        Gives(Read(text, new() { Like = new(["a", "b", "c"], [0, 0, 0]) }), text[0] == '1' ? null : "a|b|c", 1, 2, 3);
        Assert.Equal(warning.Length == 0 ? 0 : 1, warnings.Count(w => w.Contains(warning, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "expected the model's columns a, b, c, found a, b in line 1: no c")]
    [InlineData("400,405,410\n5.5,6,7\n9,7,8\n1,2,1\n",
        "found 400, 405, 410 in line 1: no a, b, c; --heading no reads the row as a sample")]
    [InlineData("1,2,3,4\n5,6,7,9\n", "expected 3 columns (a, b, c), found 4 in line 1, and no heading")]
    [InlineData("x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,x11,x12,x13,x14,x15,x16,x17,x18,x19,x20,x21,x22,x23,x24,x25,x26,x27,x28,x29,x30,x31\n",
        "x29, x30, … (31 in all) in line 1: no a, b, c")]
    public void A_models_columns_that_are_missing_are_named(string text, string part) =>
        Assert.Contains(part, Refused(text, new() { Like = new(["a", "b", "c"], [0, 0, 0]) }), StringComparison.Ordinal);

    /// <summary>By a heading of numbers, which the model knows; by numbers, where there is no heading.</summary>
    [Fact]
    public void A_models_columns_may_be_called_by_numbers()
    {
        Gives(Read("405.0,400.0\n5,4\n", new() { Like = new(["400.0", "405.0"], [0, 0]) }), "400.0|405.0", 4, 5);
        Gives(Read("7,8,red\n", new() { Like = new(["1", "2"], [0, 0]) }), null, 7, 8);
    }

    [Fact]
    public void Scoring_reads_as_it_goes()
    {
        string path = folder.Write("long.csv",
            "a,b\n"
            + string.Concat(Enumerable.Range(0, 9000).Select(i => FormattableString.Invariant($"{i}.5,{i}\n"))) + "x,y\n");
        var read = new List<string>();
        var e = Assert.Throws<InputException>(() =>
        {
            foreach (var batch in SampleStream.Open(path))
            {
                Assert.Equal(batch.Names.Count, batch.Read()!.Samples.Count);
                Assert.True(read.Count > 0 || batch.Names.Count < 100, "the first scores come soon");
                read.AddRange(batch.Names);
            }
        });
        Assert.Contains("line 9002", e.Message, StringComparison.Ordinal);
        Assert.InRange(read.Count, 4000, 9000);
        Assert.Equal(Enumerable.Range(0, read.Count).Select(i => $"{path}#{i}"), read);
    }

    [Fact]
    public void Rows_that_are_left_out_keep_their_numbers()
    {
        string path = folder.Write("gaps.csv", "a,b\n1,2\n,4\n5,6\n");
        string[] names = [.. SampleStream.Open(path, new() { Missing = Missing.Drop }).SelectMany(b => b.Names)];
        Assert.Equal([$"{path}#0", $"{path}#2"], names);
    }

    /// <summary>A time, a version, a stray point: what most cells are written with is the mark.</summary>
    [Fact]
    public void One_odd_cell_does_not_decide_on_the_mark_of_all()
    {
        const string Text = "t;a;b\n12.30;10,06;9,41\n12.31;10,07;9,5\n";
        Gives(Read(Text, new() { Columns = ["a", "b"] }), "a|b", 10.06, 9.41, 10.07, 9.5);
        Assert.Contains("line 2, cell 1 (t), found \"12.30\"; --columns a,b reads those that are numbers", Refused(Text),
            StringComparison.Ordinal);
        Assert.Contains("line 2, cell 1 (a), found \"10.5\"; numbers are written like those in other rows",
            Refused("a;b\n10.5;5\n8,70;10,11\n9,1;3,2\n9,2;3,3\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a;b\n850;0\n1.050;1\n1.100;3\n", "its points are taken for decimal marks, \"1.050\" for 1.05")]
    [InlineData("a\n850\n1.050\n", "its points are taken for decimal marks, \"1.050\" for 1.05")]
    [InlineData("a,b\n9223372036854775807,1\n9223372036854775806,2\n", "beyond 9007199254740992, the first in line 2")]
    [InlineData("a;b\n850;0\n1.050;1\n1.1;3\n", null)]
    [InlineData("a,b\n850,1.050\n920,1.100\n", null)]
    [InlineData("a,b\n9007199254740991,1e20\n9007199254740992,2\n", null)]
    public void Numbers_that_may_mean_others_are_told_of(string text, string? warning)
    {
        Read(text);
        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.Contains(warning ?? "", string.Concat(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_is_no_heading_of_a_model_that_has_others() =>
        Gives(Read("# made by hand\n1.5 2 3\n2.5 3 1\n", new() { Like = new(["a", "b", "c"], [0, 0, 0]) }), null, 1.5, 2, 3, 2.5, 3, 1);

    [Fact]
    public void Letters_of_another_code_are_refused() =>
        Failure.Contains<InputException>("expected text in UTF-8", () => Read(Encoding.Latin1.GetBytes("Größe,Länge\n1,2\n2,3\n")));
}
