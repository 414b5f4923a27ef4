using System.Text.Json;
using LisNative.Cli.Bench;
using LisNative.Random;

namespace LisNative.Tests.Cli;

/// <summary>The bench: what can be asked, what it prints, and when it says that something changed.</summary>
[Collection(Child.Tests)]
public sealed class BenchTests : InFolder
{
    private const string Small = "small: matmul 0 8 8 8";

    private (string Output, string Error) Bench(params string[] arguments) => folder.Done(["bench", "--repeat", "1", .. arguments]);

    private void Fails(string[] parts, params string[] arguments) => folder.Refuses(parts, ["bench", "--repeat", "1", .. arguments]);

    /// <summary>Each line of text, then the cases it makes, their operations and their bytes.</summary>
    public static TheoryData<string, string, double, double> Grammar => new()
    {
        { "matmul 0 2 3 4", "x", 48, 104 },
        { "matmul 5 2 3 4 ta tb", "x", 240, 520 },
        { "conv2d 2 4 8 8 6 3 3 1 1 1 2", "x.forward x.grad_input x.grad_weight", 27648, 5552 },
        { "conv_transpose2d 2 4 4 4 6 4 4 2 1 0 1", "x.forward x.grad_input x.grad_weight", 24576, 5120 },
        { "unary gelu 100", "x", 0, 800 },
        { "add 2x3x4 3x1", "x", 0, 204 },
        { "reduce mean 2x3x4 0,2", "x", 0, 108 },
        { "softmax 3 5", "x", 0, 120 },
        { "layer_norm 3 5", "x", 0, 120 },
        { "permute 2x3x4 2,0,1", "x", 0, 192 },
        { "concat 2x3 2x4 1", "x", 0, 112 },
        { "autoencoder 1 8 2 2 2 2", "x.phase1 x.phase2 x.score x.score1", 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Grammar))]
    public void Every_operation_can_be_asked_for_and_done(string line, string names, double flop, double bytes)
    {
        var cases = ShapeCases.Of(Device.Cpu, "here", $"x: {line}");
        Assert.Equal(names, string.Join(' ', cases.Select(c => c.Name)));
        Assert.All(cases, c => Assert.Equal((flop, bytes), (c.Flop, c.Bytes)));
        Assert.All(cases, c => c.Action());
    }

    [Theory]
    [InlineData("no colon", "expected «NAME: OPERATION ARGUMENTS»")]
    [InlineData("x: matmull 0 1 1 1", "autoencoder C SIDE WIDTH1 WIDTH2 LATENT BATCH; found \"matmull\"")]
    [InlineData("x: matmul 0 1 1", "there are words missing")]
    [InlineData("x: matmul 0 1 1 1 tc", "\"tc\" is one word too many")]
    [InlineData("x: matmul 0 1 1 1.5", "\"1.5\" is no whole number")]
    [InlineData("x: matmul 0 1 0 1", "0 is below 1")]
    [InlineData("x: unary sine 4", "\"sine\" is none of them")]
    [InlineData("x: reduce sum 2xx3 0", "\"2xx3\" is no list of whole numbers")]
    [InlineData("x: add 2x3 4", "[2, 3] and [4] differ in axis 1")]
    [InlineData("x: permute 2x3 0,0", "the order must name each axis")]
    [InlineData("x: concat 2x3 3x3 1", "[2, 3] and [3, 3] differ in another axis than 1")]
    [InlineData("x: conv2d 1 4 8 8 6 3 3 1 1 1 3", "3 groups divide 4 and 6 channels only if both are multiples of it")]
    [InlineData("x: matmul 0 100000 100000 1", "has more than 2147483647 elements")]
    [InlineData("x: autoencoder 1 28 4 4 4 2000000000", "has more than 2147483647 elements")]
    public void A_misspelt_case_is_answered_with_what_was_expected(string line, string part)
    {
        var problem = Assert.Throws<InputException>(() => ShapeCases.Of(Device.Cpu, "a.txt", ["# a comment", "", line]).Count());
        Assert.StartsWith("a.txt, line 3: expected ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_one_sentence()
    {
        folder.Write("none.txt", "# nothing\n\n");
        folder.Write("bad.txt", $"{Small}\nx: matmul 0\n");
        folder.Write("old.json", """{"case":"a","ms_median":1}""");
        folder.Write("other.json", """{"case":"b","ms":[1,2]}""");
        folder.Write("broken.json", "{\"case\":\"a\",\"ms_median\":1}\n{\"case\":");
        folder.Write("zero.json", """{"case":"a","ms":[0]}""");
        Fails(["none.txt", "expected lines «NAME: OPERATION ARGUMENTS», found none"], "--file", "none.txt");
        Fails(["bad.txt, line 2: expected matmul B M K N"], "--file", "bad.txt");
        Fails(["absent.txt: it cannot be read"], "--file", "absent.txt");
        Fails(["--only", "\"tiny\""], "--case", Small, "--only", "tiny");
        Fails(["--csv", "found both"], "--case", Small, "--csv", "--json");
        Fails(["--out", "is bad.txt"], "--file", "bad.txt", "--out", "bad.txt");
        Fails(["cannot be done", "has more than"], "--case", "x: autoencoder 1 28 2000000000 4 4 4");
        Fails(["--batch", "found 2000000000"], "--batch", "2000000000");
        Fails(["absent.json: it cannot be read"], "--compare", "old.json", "absent.json");
        Fails(["broken.json, line 2: expected a line of lisnative bench --json"], "--compare", "old.json", "broken.json");
        Fails(["zero.json, line 1", "not above 0"], "--compare", "zero.json", "old.json");
        Fails(["none.txt, line 1"], "--compare", "old.json", "none.txt");
        Fails(["other.json: expected a case that is in old.json too"], "--compare", "old.json", "other.json");
    }

    [Fact]
    public void A_line_has_its_rates_its_share_and_its_runs_and_the_page_is_written()
    {
        string output = Bench(
            "--case", Small, "--case", "c: conv2d 1 16 8 8 16 3 3 1 1 1 1", "--case", "t: unary tanh 9", "--json", "--flush",
            "--out", "p.html").Output;
        JsonElement[] lines = [.. output.Trim().Split('\n').Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal(["small", "c.forward", "c.grad_input", "c.grad_weight", "t", "ceilings", "peak_rss_mib"],
            lines.Select(l => l.GetProperty("case").GetString()));
        var small = lines[0];
        Assert.Equal(1024 / 768.0, small.GetProperty("intensity").GetDouble(), 1e-3);
        Assert.Equal("cold", small.GetProperty("caches").GetString());
        Assert.Equal(small.GetProperty("ms_median").GetDouble(), small.GetProperty("ms").EnumerateArray().Single().GetDouble(), 1e-4);
        Assert.All(["ms_min", "host_ms_median", "batch", "threads", "device", "backend", "gflops", "gbps", "limit"],
            field => Assert.True(small.TryGetProperty(field, out _), field));
        Assert.EndsWith($"--flush --case \"{Small}\"", small.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Contains("Winograd's form needs fewer", lines[1].GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.False(lines[4].TryGetProperty("gflops", out _));
        Assert.All(["gflops_before", "gflops_after", "gbps_before", "gbps_after"],
            f => Assert.True(lines[5].GetProperty(f).GetDouble() > 0));
        string page = File.ReadAllText(folder["p.html"]);
        Assert.Equal(4, page.Split("<circle").Length - 1);
        Assert.Contains("<title>c.grad_weight: ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_has_one_header_and_a_line_a_case()
    {
        Requirement.SkipUnlessSoak();
        folder.Write("shapes.txt", $"{Small}\nt: unary tanh 9\n");
        string output = Bench("--file", "shapes.txt", "--csv").Output;
        string[] lines = output.Trim().Split('\n');
        Assert.StartsWith("case,ms_median,ms_min,", lines[0], StringComparison.Ordinal);
        Assert.Equal(["case", "small", "t"], lines.Select(l => l.Split(',')[0]));
        Assert.EndsWith($"--case \"\"{Small}\"\"\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Text_names_both_ceilings_and_two_files_are_compared()
    {
        Requirement.SkipUnlessSoak();
        var (output, error) = Bench("--case", Small);
        Assert.Contains("GFLOP/s (sgemm_2048), ", output, StringComparison.Ordinal);
        string Line(string name, string ms) => $$"""{"case":"{{name}}","ms":[{{ms}}],"device":"cpu","threads":2,"batch":1,"caches":"warm"}""";
        File.WriteAllLines(folder["old.json"], [Line("a", "10,10,10"), Line("b", "10,10,10"), Line("c", "10,10,10"), Line("gone", "1")]);
        File.WriteAllLines(folder["new.json"], [Line("a", "10,10,10"), Line("b", "15,15,15"), Line("c", "10,10,10")]);
        (output, error) = Bench("--compare", "old.json", "new.json");
        Assert.Empty(error);
        Assert.Contains("0 faster, 1 slower, 2 same; 1 in the old file alone", output, StringComparison.Ordinal);
        string b = Bench("--compare", "new.json", "old.json", "--json").Output.Split('\n')[1];
        Assert.Equal("faster", JsonDocument.Parse(b).RootElement.GetProperty("verdict").GetString());
    }

    /// <summary>Runs differ by 1 %, processes by 0.5 %.</summary>
    private static ResultFile Noisy(ulong seed, int processes, double slower, (Ceilings, Ceilings)[] ceilings)
    {
        const int Many = 1000, Runs = 15;
        var random = new Philox(seed);
        ulong drawn = 0;
        double[] Process(int i)
        {
            double middle = (1 + (i / 100.0)) * slower * Math.Exp(0.005 * random.Normal(drawn++));
            return [.. Enumerable.Range(0, Runs).Select(_ => middle * Math.Exp(0.01 * random.Normal(drawn++)))];
        }

        return new(Enumerable.Range(0, Many).ToDictionary(
            i => $"case {i}", i => Enumerable.Range(0, processes).Select(_ => Process(i)).ToList()), ceilings, new HashSet<string>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    public void Fewer_than_one_case_in_a_hundred_differs_from_itself(int processes) =>
        Assert.InRange(Comparison.All(Noisy(1, processes, 1, []), Noisy(2, processes, 1, [])).Count(c => c.Verdict != "same"), 0, 9);

    [Theory]
    [InlineData(1.03, "slower")]
    [InlineData(1 / 1.03, "faster")]
    public void Three_per_cent_are_found_by_five_processes(double factor, string verdict) =>
        Assert.True(Comparison.All(Noisy(1, 5, 1, []), Noisy(2, 5, factor, [])).Count(c => c.Verdict == verdict) >= 900);

    [Fact]
    public void A_machine_that_moved_is_noise()
    {
        Ceilings quiet = new(100, 20), slow = new(100, 18);
        var all = Comparison.All(Noisy(1, 5, 1, [(quiet, quiet)]), Noisy(2, 5, 1.08, [(slow, slow)]));
        Assert.DoesNotContain(all, c => c.Verdict != "same");
    }
}
