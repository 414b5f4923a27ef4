using LisNative.Data;
using LisNative.Distributed;
using LisNative.Layers;
using LisNative.Tests.Data;
using LisNative.Training;

namespace LisNative.Tests.Reliability;

/// <summary>Numbers that leave their range stop training at the step and the layer where they do, and never hide an anomaly.</summary>
public sealed class GuardTests : IDisposable
{
    private readonly Device device = new("guarded", new Cpu.CpuBackend<Lanes.Lane256>(1));
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        folder.Dispose();
        device.Dispose();
    }

    private Parameter Of(params float[] values) => new(device.From<float>(values, [values.Length]));

    private static Phase Of(Func<Var> loss, Action<int>? load = null, double? clip = null, params (string, Parameter)[] parameters) =>
        new("test", parameters, new LearningRateSchedule(1, 0, 100, 1), BatchSlice.Whole(1), load
            ?? (_ => { }), loss, p => new Sgd(p, 1), clip);

    [Fact]
    public void A_gradient_that_becomes_infinite_is_named_with_its_step()
    {
        using Parameter fine = Of(1, 2), steep = Of(1);
        var x = device.Full([1], 1);
        var phase = Of(() => (steep * x).Sqrt().Sum() + (fine.Square().Sum() * 1e-3), step => x.Write<float>([step == 20 ? 0 : 1e-6f]),
            null, ("fine", fine), ("steep.weight", steep));
        var checkpoint = new Checkpoint(folder["state"], TimeSpan.Zero);
        checkpoint.Open(FitDescription.Of(new LisOptions(), new("", 0, "", 0, "")), null);
        var e = Assert.Throws<InputException>(
            () => Trainer.Run(phase, checkpoint: checkpoint, cancellation: TestContext.Current.CancellationToken));
        Assert.StartsWith("test: the gradient of steep.weight became ", e.Message, StringComparison.Ordinal);
        Assert.Contains("at step 21", e.Message, StringComparison.Ordinal);
        Assert.EndsWith($"{folder["state"]} has the state after test, step 20", e.Message, StringComparison.Ordinal);
        x.Dispose();
    }

    [Fact]
    public void A_loss_that_becomes_no_number_is_named_with_the_layer_on_its_way_there()
    {
        using Parameter small = Of(1), large = Of(1);
        var x = device.Full([1], 1);
        var phase = Of(() => (small * x).Sum() + (large * x).Sum() * 30, step => x.Write<float>([step == 5 ? float.NaN : 1]), null,
            ("small", small), ("large", large));
        var e = Assert.Throws<InputException>(() => Trainer.Run(phase, cancellation: TestContext.Current.CancellationToken));
        Assert.StartsWith(
            "test: the loss became NaN at step 6; expected a finite number; the largest gradient read before it was that of large, of norm "
            + "30", e.Message, StringComparison.Ordinal);
        x.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Gradients_are_clipped_by_their_common_norm(double clip)
    {
        using Parameter a = Of(0, 0), b = Of(0);
        using var slope = device.From<float>([3, 0], [2]);
        using (var step = new TrainingStep(Of(() => (a * slope).Sum() + (b * 4).Sum(), null, clip, ("a", a), ("b", b))))
        {
            step.Step(0);
        }

        double share = Math.Min(1, clip / 5);
        Assert.Equal(-3 * share, a.Value.ToArray()[0], 1e-6);
        Assert.Equal(-4 * share, b.Value.ToArray()[0], 1e-6);
    }

    [Fact]
    public void A_sample_that_overflows_is_the_most_anomalous_of_all()
    {
        var random = new Random.Philox(1);
        float[] rows = [.. Enumerable.Range(0, 400 * 3).Select(i => random.Normal((ulong)i))];
        using var detector = new AutoencoderOptions { Latent = 1, Width1 = 8, Width2 = 8, Epochs1 = 2, Batch = 32 }.FitOn(
            new("rows", [3], rows, new int[400]));
        foreach (float huge in new[] { 1e12f, 1e19f, 1e25f, 3e38f })
        {
            float score = detector.Score([huge, -huge, huge]);
            Assert.True(score > detector.Threshold(0.1) && float.IsFinite(score), $"{huge} scores {score}");
            Assert.Equal([score], detector.Score(new Dataset("huge", [3], [huge, -huge, huge], [0])));
        }
    }
}
