namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>The Winograd form of an operation, if it pays and is wanted.</summary>
    private WinogradShape? Winograd(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, bool transposed = false) =>
        winograd && y.Count > 0 ? WinogradShape.TryCreate<TLane>(x.Shape, w.Shape, y.Shape, geometry, transposed) : null;

    private void Conv2d(WinogradShape s, Tensor x, Tensor w, Tensor y, Epilogue epilogue)
    {
        using var weights = Transformed(w, s, transposed: false);
        using var bias = PaddedBias(y.Device, epilogue.Bias, s.K);
        using var gate = epilogue.Gate?.Output.LaidOutAs(y);
        var task = new WinogradForward<TLane>(
            new Image(x), x.Shape[0], s, workers.Threads, weights.Data, Data(bias), Tail(epilogue, gate), Data(y));
        workers.Run(task.Parts, task);
    }

    private void ConvTranspose2d(WinogradShape s, Tensor y, Tensor w, Tensor x, Epilogue epilogue)
    {
        using var weights = Transformed(w, s, transposed: true);
        using var bias = PaddedBias(x.Device, epilogue.Bias, s.C);
        using var gate = epilogue.Gate?.Output.LaidOutAs(x);
        var task = new WinogradTransposed<TLane>(
            new Image(y), y.Shape[0], s, workers.Threads, weights.Data, Data(bias), Tail(epilogue, gate), Data(x));
        workers.Run(task.Parts, task);
    }

    private void Conv2dWeight(WinogradShape s, Tensor x, Tensor y, Tensor w)
    {
        int images = x.Shape[0], groups = WeightCut.GroupsFor(images, w.Count);
        using var partial = w.Device.Empty([groups, w.Shape[2], w.Shape[3] * s.C, s.K]);
        using var zeros = PaddedBias(w.Device, null, s.K);
        workers.Run(groups, new WinogradWeightGradient<TLane>(
            new Image(x), new Image(y), images, groups, s, Data(zeros), Data(partial)));
        Deliver(partial, w, outputs: true);
    }

    private PreparedWeights Transformed(Tensor w, WinogradShape s, bool transposed) =>
        new(w, new(transposed, true, default, 0, 0), (long)WinogradShape.Points * s.SubChannels * s.K, to =>
        {
            using var dense = w.Contiguous();
            workers.Run(WinogradWeights<TLane>.Parts(s, transposed), new WinogradWeights<TLane>(Data(dense), s, transposed, (float*)to));
        });
}
