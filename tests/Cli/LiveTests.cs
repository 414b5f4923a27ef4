using System.Diagnostics;
using System.Globalization;
using LisNative.Data;

namespace LisNative.Tests.Cli;

/// <summary>Rows that come through a pipe which stays open: each is scored as it arrives, to the bits of the whole file.</summary>
[Collection(Child.Tests)]
public sealed class LiveTests : InFolder
{
    private const int Length = 4;

    [Theory]
    [InlineData("-", true)]
    [InlineData("/dev/stdin", true)]
    [InlineData("-", false)]
    public void Each_row_is_scored_before_the_next_one_comes(string name, bool signal)
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "no /dev/stdin here");
        string[] rows = Rows(40);
        Fit(signal);
        folder.Write("all.csv", $"time,a,b\n{string.Concat(rows)}");
        string[] expected = [.. folder.Run("score", "--model", "m.lis", "all.csv").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.TrimEnd().Replace("all.csv", name, StringComparison.Ordinal))];
        Assert.Equal(41, expected.Length);
        using var process = folder.Start("score", "--model", "m.lis", name);
        process.StandardInput.Write("time,a,b\n" + rows[0]);
        for (int i = 1; i < 12; i++)
        {
            process.StandardInput.Write(rows[i][..3]);      // rows come in pieces
            process.StandardInput.Flush();
            process.StandardInput.Write(rows[i][3..]);
            process.StandardInput.Flush();
            for (int line = i == 1 ? 0 : i + 1; line <= i + 1; line++)
            {
                Assert.Equal(expected[line], Line(process));
            }
        }

        process.StandardInput.Write(string.Concat(rows[12..]));
        process.StandardInput.Close();
        Assert.Equal(expected[13..], process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.TrimEnd()));
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void Paths_on_standard_input_are_still_paths_and_a_short_signal_says_so()
    {
        Fit(signal: true);
        folder.Write("all.csv", $"time,a,b\n{string.Concat(Rows(9))}");
        var (code, output, _) = folder.Run(["score", "--model", "m.lis", "-"], "all.csv\nall.csv\n");
        Assert.Equal((0, 19), (code, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        (code, _, string error) = folder.Run(["score", "--model", "m.lis", "-"], $"time,a,b\n{string.Concat(Rows(3))}");
        Assert.Equal(3, code);
        Assert.Contains("-: expected 4 rows without a gap, as a window has, found 3", error, StringComparison.Ordinal);
        (code, output, error) = folder.Run(["score", "--model", "m.lis", "-"], "time,a,c\n0,1,2\n");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("no b", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupt_ends_what_waits_for_rows()
    {
        Requirement.SkipUnless(OperatingSystem.IsLinux(), "linux", "no signals here");
        Fit(signal: true);
        using var process = folder.Start("score", "--model", "m.lis", "-");
        process.StandardInput.Write($"time,a,b\n{string.Concat(Rows(2))}");
        process.StandardInput.Flush();
        Assert.StartsWith("sample,time,score", Line(process), StringComparison.Ordinal);
        Child.Interrupt(process);
    }

    /// <summary>Parts of a long signal have the scores of all of it: windows go on, gaps and rows left out count.</summary>
    [Fact]
    public void A_signal_in_parts_has_the_scores_of_the_whole()
    {
        Fit(signal: true);
        string[] rows = Rows(9000);
        rows[5000] = rows[5000].Split(',')[0] + ",,\n";
        folder.Write("long.csv", $"time,a,b\n{string.Concat(rows.Where((_, i) => i is < 4090 or > 4100))}");
        using var detector = Detector.Load(folder["m.lis"]);
        float[] expected = detector.Score(Sources.Open(folder["long.csv"], new() { Like = detector.Columns, Missing = Missing.Drop }));
        string output = folder.Done("score", "--model", "m.lis", "long.csv", "--missing", "drop").Output;
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(l => l.Split(',')[2]).Select(s => s.Length == 0 ? float.NaN : float.Parse(s, CultureInfo.InvariantCulture)));
        Assert.Equal(3, expected.Skip(4000).Take(200).Count(float.IsNaN));
    }

    private static string[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant(
        $"{60 * i},{Math.Sin(i / 3.0):F4},{Math.Cos(i / 2.0) + (i % 7 * 0.01):F4}\n"))];

    private void Fit(bool signal)
    {
        folder.Write("normal.csv", $"time,a,b\n{string.Concat(Rows(300))}");
        var rows = Sources.Open(
            folder["normal.csv"], new() { Time = signal ? "time" : null, Columns = signal ? null : ["time", "a", "b"] });
        using var detector = Detector.Fit(
            Device.Cpu, signal ? rows.Windowed(new(Length)) : rows, null, new NearestNeighboursOptions { HeldOut = 0.2 });
        detector.Save(folder["m.lis"]);
    }

    private static string? Line(Process process)
    {
        var line = process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.True(line.Wait(TimeSpan.FromMinutes(2)), "no line came within two minutes");
        return line.Result?.TrimEnd();
    }
}
