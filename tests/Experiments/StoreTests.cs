using System.Text.Json.Nodes;
using LisNative.Experiments;

namespace LisNative.Tests.Experiments;

/// <summary>Nothing finished is lost: lines cut off, several writers, places that cannot be written.</summary>
public sealed class StoreTests : InFolder
{
    private static Cell Cell(ulong seed) => new(ClassTask.Create("mnist", "8", "omniglot"), new KernelDensityOptions { Seed = seed });

    private static JsonObject Line(ulong seed)
    {
        var line = Cell(seed).Describe();
        line["scores"] = new JsonObject
        {
            ["kde"] = new JsonObject
            {
                ["auc"] = 0.5 + (seed * 0.001),
                ["deviation"] = 0.01,
                ["byClass"] = new JsonObject
                { ["3"] = 0.25 },
                ["curve"] = new JsonArray(new JsonArray(0, 1), new JsonArray(1, 0))
            }
        };
        line["date"] = "2026-11-25";
        return line;
    }

    [Fact]
    public void What_is_appended_is_read_by_its_cell()
    {
        var store = new ResultStore(folder["a/results.jsonl"]);
        Assert.Empty(store.Read());
        store.Append(Line(1));
        store.Append(Line(2));
        var stored = store.Read();
        Assert.Equal(2, stored.Count);
        var result = stored[Cell(2).Key]["kde"];
        Assert.Equal(0.502, result.Auc, 1e-12);
        Assert.Equal(0.25, result.ByClass[3]);
        Assert.Equal([(0, 1), (1, 0)], result.Curve);
        Assert.DoesNotContain(Cell(3).Key, stored.Keys);
        Assert.DoesNotContain((Cell(1) with { Oracle = true }).Key, stored.Keys);
        Assert.DoesNotContain((Cell(1) with { Task = ClassTask.Create("mnist", "7", "omniglot") }).Key, stored.Keys);
    }

    [Fact]
    public void A_store_cut_off_anywhere_keeps_its_whole_lines_and_takes_more()
    {
        var store = new ResultStore(folder["r.jsonl"]);
        store.Append(Line(1));
        byte[] first = File.ReadAllBytes(folder["r.jsonl"]);
        store.Append(Line(2));
        byte[] both = File.ReadAllBytes(folder["r.jsonl"]);
        for (int length = first.Length; length < both.Length - 1; length += 7)
        {
            File.WriteAllBytes(folder["r.jsonl"], both[..length]);
            Assert.Single(store.Read());
            store.Append(Line(3));
            Assert.Equal(2, store.Read().Count);
        }
    }

    [Fact]
    public void Many_writers_lose_no_line()
    {
        Parallel.For(0, 8, new ParallelOptions
        { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, writer =>
    {
        for (ulong i = 0; i < 10; i++)
        {
            new ResultStore(folder["many.jsonl"]).Append(Line(((ulong)writer * 10) + i));
        }
    });
        Assert.Equal(80, new ResultStore(folder["many.jsonl"]).Read().Count);
    }

    /// <summary>Who reads while another one writes waits, as a second writer does.</summary>
    [Fact]
    public async Task What_is_being_written_is_read_afterwards()
    {
        var store = new ResultStore(folder["r.jsonl"]);
        store.Append(Line(1));
        using var writing = new FileStream(folder["r.jsonl"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var read = Task.Run(store.Read, TestContext.Current.CancellationToken);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(read.IsCompleted);
        await writing.DisposeAsync();
        Assert.Single(await read);
    }

    [Fact]
    public void Work_is_claimed_by_one_at_a_time()
    {
        var store = new ResultStore(folder["c.jsonl"]);
        using (var mine = store.Claim("x"))
        {
            Assert.NotNull(mine);
            Assert.Null(store.Claim("x"));
            using var other = store.Claim("y");
            Assert.NotNull(other);
        }

        using var again = store.Claim("x");
        Assert.NotNull(again);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_one_sentence()
    {
        folder.Write("file", "");
        Failure.Contains<InputException>("cannot be written", () => new ResultStore(folder["file/r.jsonl"]).Append(Line(1)));
        Failure.Contains<InputException>("nothing that was finished is lost", () => new ResultStore("/dev/full").Append(Line(1)));
    }

    /// <summary>A claim that goes while another asks for it was in work elsewhere, and is no place that cannot be written.</summary>
    [Fact]
    public void Claims_come_and_go_between_processes_without_an_error()
    {
        int taken = 0;
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (int i = 0; i < 3000; i++)
            {
                using var claim = new ResultStore(folder["claimed.jsonl"]).Claim("cell");
                Interlocked.Add(ref taken, claim is null ? 0 : 1);
            }
        });
        Assert.InRange(taken, 1, 12_000);
    }
}
