using System.Text.Json;
using LisNative.Cpu;
using LisNative.Lanes;
using LisNative.Mpi.Simulation;

namespace LisNative.Tests.Distributed;

/// <summary>The model of many ranks: its arithmetic on numbers that can be checked by hand, and that what it replays is the step that trains.</summary>
public sealed class SimulationTests
{
    private static readonly Network Slow = new(1e-3, 1e6);

    [Theory]
    [InlineData(1000, 1, 0)]
    [InlineData(1000, 2, 1e-3 + 1e-3)]                  // one round of α + n/β
    [InlineData(100, 8, 3 * (1e-3 + 1e-4))]             // three rounds beat what would scatter
    [InlineData(8e6, 8, (6 * 1e-3) + (2 * 8 * 7 / 8.0))] // 2 log₂ N rounds, 2 n (N − 1) / N bytes
    public void An_all_reduce_takes_what_the_best_algorithm_takes(double bytes, int ranks, double seconds) => Assert.Equal(seconds, Slow.AllReduce(bytes, ranks), 1e-12);

    [Fact]
    public void A_network_is_read_off_measured_all_reduces()
    {
        var network = Network.Of([.. new double[] { 0, 1e4, 1e6 }.Select(n => (n, Slow.AllReduce(n, 2)))]);
        Assert.Equal(Slow.Latency, network.Latency, 1e-9);
        Assert.Equal(Slow.Bandwidth, network.Bandwidth, 1);
    }

    [Fact]
    public void Sums_hide_behind_the_backward_pass_as_far_as_it_goes()
    {
        // Two buckets of 1000 bytes, 2 ms each between two ranks.
        Assert.Equal(10e-3 + 1e-3, new StepTimes(10e-3, 1e-3, [(1e-3, 1000), (4e-3, 1000)]).Among(2, Slow), 1e-12);
        Assert.Equal(12e-3 + 1e-3, new StepTimes(10e-3, 1e-3, [(1e-3, 1000), (10e-3, 1000)]).Among(2, Slow), 1e-12);
        Assert.Equal(13.5e-3 + 1e-3, new StepTimes(10e-3, 1e-3, [(9.5e-3, 1000), (10e-3, 1000)]).Among(2, Slow), 1e-12);
        Assert.Equal(11e-3, new StepTimes(10e-3, 1e-3, [(10e-3, 1000)]).Among(1, Slow), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_replayed_was_measured_on_the_step_itself(bool shaping)
    {
        using var device = new Device("x", new CpuBackend<Lane256>(1));
        var work = new Workload("small", new([1, 8, 8], 4, 4, 2), shaping);
        var times = work.Alone(device, 8, 4, 3);
        Assert.InRange(times.Backward, 1e-9, 10);
        Assert.InRange(times.After, 1e-9, 10);

        // All gradients, the loss and the wish to stop.
        using var network = new Memory.Scope();
        var trained = Models.Autoencoder.Create(device, work.Architecture, new(1));
        int parameters = (shaping ? trained.LatentParameters : trained.Parameters).Sum(p => p.Value.Value.Count);
        Assert.Equal(sizeof(float) * (parameters + 2), times.Buckets.Sum(b => b.Bytes));
        Assert.All(times.Buckets, b => Assert.InRange(b.Ready, 1e-9, times.Backward));
        Assert.InRange(work.Together(device, 8, null, 3, mayShare: false), 1e-9, 10);
    }

    [Fact]
    public void The_tool_simulates_and_measures()
    {
        using var folder = new Data.TemporaryFolder();
        var (code, output, error) = Child.Run(folder.Path, "dotnet", [Child.Tool, "scaling", "--measure", "--steps", "1", "--json"]);
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(4, json.RootElement.GetProperty("steps").GetArrayLength());
        (code, output, error) = Child.Run(folder.Path, "dotnet", [Child.Tool, "scaling", "--bandwidth", "0"]);
        Assert.Equal((2, "", "lisnative: --bandwidth: expected at least 1E-06, found 0\n"), (code, output, error));
    }
}
