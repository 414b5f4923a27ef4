using LisNative.Lanes;

namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>Floats of transformed operands that are held at a time.</summary>
    private const long TransformedAtOnce = 1 << 21;

    private Winograd3Shape? Winograd3(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, bool transposed = false) =>
        winograd && y.Count > 0 ? Winograd3Shape.TryCreate(x.Shape, w.Shape, y.Shape, geometry, transposed) : null;

    private void Convolve(Winograd3Shape s, Tensor input, Tensor w, Tensor output, bool transposed, Epilogue epilogue)
    {
        if (Fits<Lane256>(s.Outputs))
        {
            Convolve<Lane256>(s, input, w, output, transposed, epilogue);
        }
        else
        {
            Convolve<TLane>(s, input, w, output, transposed, epilogue);
        }
    }

    private void Conv2dWeight(Winograd3Shape s, Tensor x, Tensor y, Tensor w)
    {
        if (Fits<Lane256>(s.Outputs))
        {
            Conv2dWeight<Lane256>(s, x, y, w);
        }
        else
        {
            Conv2dWeight<TLane>(s, x, y, w);
        }
    }

    private void Convolve<TUsed>(Winograd3Shape s, Tensor input, Tensor w, Tensor output, bool transposed, Epilogue epilogue)
        where TUsed : unmanaged, IVectorLane<TUsed>
    {
        long size = Winograd3Shape.Points * Winograd3Weights<TUsed>.Point(s);
        using var weights = new PreparedWeights(w, new(transposed, true, default, 0, 0), size, to =>
        {
            using var dense = w.Contiguous();
            workers.Run(Panels<TUsed>.Count(s.Outputs), new Winograd3Weights<TUsed>(Data(dense), s, transposed, (float*)to));
        });
        using var bias = PaddedBias(output.Device, epilogue.Bias, s.Outputs);
        using var gate = epilogue.Gate?.Output.LaidOutAs(output);
        int images = input.Shape[0];
        var (imagesEach, rowsEach, runs) = s.Part<TUsed>(images, workers.Threads);
        var task = new Winograd3Forward<TUsed>(
            new Image(input), images, s, imagesEach, rowsEach, runs, weights.Data, Data(bias), Tail(epilogue, gate), Data(output));
        workers.Run(task.Parts, task);
    }

    private void Conv2dWeight<TUsed>(Winograd3Shape s, Tensor x, Tensor y, Tensor w) where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int images = x.Shape[0], outputs = Winograd3Shape.Panelled<TUsed>(s.Outputs);
        var (groups, runs) = Winograd3WeightSum<TUsed>.Cut(s, images);
        using var zeros = PaddedBias(w.Device, null, s.Outputs);
        using var taps = w.Device.Empty([Math.Max(groups, 1), s.Inputs, Winograd3Shape.Taps, outputs]);
        if (groups > 0)
        {
            workers.Run(groups * runs, new Winograd3WeightSum<TUsed>(
                new Image(x), new Image(y), images, s, groups, runs, Data(zeros), Data(taps)));
        }
        else
        {
            AddBlocks<TUsed>(s, x, y, Data(zeros), Data(taps));
        }

        using var sum = Summed(taps);
        using var used = sum.Slice(3, 0, s.Outputs);
        using var split = used.Reshape(s.Inputs, Winograd3Shape.Kernel, Winograd3Shape.Kernel, s.Outputs);
        using var ordered = split.Permute(3, 0, 1, 2);
        Copy(ordered, w);
    }

    /// <summary>Some images at a time, so that their transforms are still in a cache when they are multiplied.</summary>
    private void AddBlocks<TUsed>(Winograd3Shape s, Tensor x, Tensor y, float* zeros, float* taps)
        where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int images = x.Shape[0];
        long each = (long)Winograd3Shape.Points * s.Tiles
            * (Winograd3Shape.Filled<TUsed>(s.Inputs) + Winograd3Shape.Panelled<TUsed>(s.Outputs));
        int most = (int)Math.Clamp(TransformedAtOnce / each, 1, images);
        using var v = x.Device.Empty([checked((int)(Winograd3Shape.Points * Winograd3Operands<TUsed>.VPoint(s, most)))]);
        using var z = x.Device.Empty([checked((int)(Winograd3Shape.Points * Winograd3Operands<TUsed>.ZPoint(s, most)))]);
        for (int first = 0; first < images; first += most)
        {
            int count = Math.Min(most, images - first);
            var operands = new Winograd3Operands<TUsed>(new Image(x), new Image(y), first, count, s, Data(v), Data(z));
            workers.Run(operands.Parts, operands);
            var gradient = new Winograd3Gradient<TUsed>(s, count, first == 0, zeros, Data(v), Data(z), taps);
            workers.Run(gradient.Parts, gradient);
        }
    }
}
