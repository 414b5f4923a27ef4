using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>Floats of a strip and its results that stay in the second-level cache.</summary>
    private const int StripFloats = 1 << 18;

    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        using var output = ChannelsLast(y);
        Convolve(x, w, output, geometry, epilogue);
        Deliver(output, y);
    }

    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        using var output = ChannelsLast(x);
        ConvolveTransposed(y, w, output, geometry, epilogue);
        Deliver(output, x);
    }

    private static bool IsChannelsLast(Tensor t) =>
        t.Count == 0 || (new Image(t).ChannelsLast(0) != null && t.Strides[0] == t.Count / t.Shape[0]);

    /// <summary>The result itself if its memory order is N, H, W, C without gaps, else memory that is.</summary>
    private static Tensor ChannelsLast(Tensor result) =>
        IsChannelsLast(result) ? result.Alias() : new Tensor(result.Device, result.Shape, Layout.ChannelsLast(result.Shape));

    /// <remarks>Not where stride 2 may take the Winograd form, which finishes some rows of an image while it writes others.</remarks>
    public bool WritesOverGate(ConvGeometry geometry) => geometry.Stride == 1;

    private static EpilogueTail Tail(Epilogue epilogue, Tensor? gate, nint offset = 0) =>
        EpilogueTail.Create<TLane>(epilogue, gate is null ? null : Data(gate) + offset);

    private void Deliver(Tensor output, Tensor result)
    {
        if (Data(output) != Data(result))
        {
            Copy(output, result);
        }
    }

    private void Convolve(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        if (IsProduct(x, w, geometry))
        {
            Product(x, w, y, epilogue);
            return;
        }

        if (Winograd(x, w, y, geometry) is { } winograd)
        {
            Conv2d(winograd, x, w, y, epilogue);
            return;
        }

        if (Winograd3(x, w, y, geometry) is { } same)
        {
            Convolve(same, x, w, y, transposed: false, epilogue);
            return;
        }

        Run(x, w, y, new(transposed: false, geometry, y.Shape, w.Shape), epilogue);
    }

    private void ConvolveTransposed(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        if (IsProduct(x, w, geometry))
        {
            ProductTransposed(y, w, x, epilogue);
            return;
        }

        if (Winograd(x, w, y, geometry, transposed: true) is { } winograd)
        {
            ConvTranspose2d(winograd, y, w, x, epilogue);
            return;
        }

        if (Winograd3(x, w, y, geometry, transposed: true) is { } same)
        {
            Convolve(same, y, w, x, transposed: true, epilogue);
            return;
        }

        Run(y, w, x, new(transposed: true, geometry, x.Shape, w.Shape), epilogue);
    }

    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        if (IsProductWeight(x, w, geometry))
        {
            ProductWeight(x, y, w);
        }
        else if (Winograd(x, w, y, geometry) is { } winograd)
        {
            Conv2dWeight(winograd, x, y, w);
        }
        else if (Winograd3(x, w, y, geometry) is { } same)
        {
            Conv2dWeight(same, x, y, w);
        }
        else if (WeightGradient<TLane>.OutputsAreColumns(w.Shape[0]) && Fits<Lane128>(w.Shape[0]))
        {
            Conv2dWeight<Lane128>(x, y, w, geometry);
        }
        else if (WeightGradient<TLane>.OutputsAreColumns(w.Shape[0]) && Fits<Lane256>(w.Shape[0]))
        {
            Conv2dWeight<Lane256>(x, y, w, geometry);
        }
        else
        {
            Conv2dWeight<TLane>(x, y, w, geometry);
        }
    }

    private void Conv2dWeight<TUsed>(Tensor x, Tensor y, Tensor w, ConvGeometry geometry) where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int k = w.Shape[0], window = w.Shape[3] * w.Shape[1], r = w.Shape[2], images = x.Shape[0];
        bool outputs = WeightGradient<TUsed>.OutputsAreColumns(k);
        int rows = outputs ? window : k, columns = WeightGradient<TUsed>.Padded(outputs ? k : window);
        var cut = WeightCut.Create(images, (long)r * rows * columns, r, columns / MicroKernel<TUsed>.Columns);
        var phases = new ConvPhases(transposed: false, geometry, y.Shape, w.Shape);
        using var partial = w.Device.Empty([cut.Groups, r, rows, columns]);
        var border = phases.Border(x.Shape[2], x.Shape[3]);
        var task = new WeightGradient<TUsed>(new Image(x), new Image(y), images, phases, border, cut, Data(partial));
        using var prepared = cut.Shares ? w.Device.Empty([checked((int)task.Prepared(images))]) : null;
        if (prepared is not null)
        {
            workers.Run(images, new WeightGradient<TUsed>.Preparing(task, Data(prepared)));
            task = task with { Shared = Data(prepared) };
        }

        workers.Run(cut.Parts, task);
        Deliver(partial, w, outputs);
    }

    /// <summary>w = Σ over groups of [group, r, rows, columns]: the windows by the outputs, or the other way round.</summary>
    private void Deliver(Tensor partial, Tensor w, bool outputs)
    {
        int k = w.Shape[0], c = w.Shape[1], r = w.Shape[2], s = w.Shape[3];
        using var sum = Summed(partial);
        using var used = sum.Slice(3, 0, outputs ? k : s * c);
        using var split = used.Reshape(outputs ? [r, s, c, k] : [r, k, s, c]);
        using var ordered = outputs ? split.Permute(3, 2, 0, 1) : split.Permute(1, 3, 0, 2);
        Copy(ordered, w);
    }

    /// <summary>The sum over the first axis, which stays with size 1.</summary>
    private Tensor Summed(Tensor partial)
    {
        if (partial.Shape[0] == 1)
        {
            return partial.Alias();
        }

        var sum = partial.Device.Empty([1, .. partial.Shape.Sizes[1..]]);
        Reduce(default(Sum), partial, sum);
        return sum;
    }

    private void Run(Tensor input, Tensor w, Tensor output, ConvPhases phases, Epilogue epilogue)
    {
        bool dots = Convolution<TLane>.AreDots(phases, output.Shape[1]);
        if (PlanarConvolution<TLane>.Serves(phases, output.Shape[1]))
        {
            RunPlanar(input, w, output, phases, epilogue);
        }
        else if (!dots && Fits<Lane128>(output.Shape[1]))
        {
            Run<Lane128>(input, w, output, phases, epilogue);
        }
        else if (!dots && Fits<Lane256>(output.Shape[1]))
        {
            Run<Lane256>(input, w, output, phases, epilogue);
        }
        else
        {
            Run<TLane>(input, w, output, phases, epilogue);
        }
    }

    private void RunPlanar(Tensor input, Tensor w, Tensor output, ConvPhases phases, Epilogue epilogue)
    {
        int outputs = output.Shape[1], images = output.Shape[0];
        var phase = phases.Phase(0, 0);
        using var weights = Packed<TLane>(w, phases, outputs, inRows: true);
        using var bias = PaddedBias(output.Device, epilogue.Bias, outputs);
        using var gate = epilogue.Gate?.Output.LaidOutAs(output);
        int strips = Strips(images, phase.Rows, (long)input.Count / images, (long)output.Count / images);
        workers.Run(images * strips, new PlanarConvolution<TLane>(
            new Image(input), strips, Data(output), phase, phases.Border(input.Shape[2], input.Shape[3]) with { Between = 0 },
            weights.Data, Data(bias), Tail(epilogue, gate), outputs, phase.Columns));
    }

    private void Run<TUsed>(Tensor input, Tensor w, Tensor output, ConvPhases phases, Epilogue epilogue)
        where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int channels = output.Shape[1], images = output.Shape[0];
        using var weights = Packed<TUsed>(w, phases, channels, Convolution<TUsed>.AreDots(phases, channels));
        using var bias = PaddedBias(output.Device, epilogue.Bias, channels);
        using var gate = epilogue.Gate?.Output.LaidOutAs(output);
        int strips = Strips(images, phases.Phase(0, 0).Rows, (long)input.Count / images, (long)output.Count / images);
        workers.Run(images * strips, new Convolution<TUsed>(
            new Image(input), strips, Data(output), phases, phases.Border(input.Shape[2], input.Shape[3]), weights.Data, Data(bias),
            Tail(epilogue, gate), channels));
    }

    /// <summary>
    /// Strips into which each image is cut when there are too few images for the threads, or it is too large for the second-level cache; it
    /// changes no sum.
    /// </summary>
    private int Strips(int images, int rows, long input, long output) => (int)Math.Clamp(
        Math.Max(images >= workers.Threads ? 1 : (workers.Threads + images - 1) / images, (input + output) / StripFloats), 1,
        Math.Max(1, rows / 2));

    /// <summary>
    /// The weights of all phases, [R, S, inputs, outputs] each, as panels of outputs or as one row for each output.
    /// </summary>
    private PreparedWeights Packed<TUsed>(Tensor w, ConvPhases phases, int channels, bool inRows)
        where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int columns = inRows ? channels : Panels<TUsed>.Count(channels) * MicroKernel<TUsed>.Columns;
        var key = new PreparedWeights.Key(phases.Transposed, false, phases.Geometry, phases.Height, phases.Width);
        return new(w, key, Math.Max(1L, phases.WeightRows) * columns, to => Pack<TUsed>(w, phases, channels, columns, inRows, (float*)to));
    }

    private void Pack<TUsed>(Tensor w, ConvPhases phases, int channels, int columns, bool inRows, float* to)
        where TUsed : unmanaged, IVectorLane<TUsed>
    {
        for (int i = 0, offset = 0; i < phases.Count; i++)
        {
            var p = phases.Phase(i, offset);
            using var taps = phases.Transposed ? Reversed(w, p) : w.Permute(2, 3, 1, 0);
            Pack<TUsed>(taps, to + ((nint)offset * columns), channels, inRows);
            offset += p.WeightRows(phases.Inputs);
        }
    }

    /// <summary>
    /// [taps of r, taps of s, inputs K, outputs C] of one phase; backwards, since the output pixel p·S + r grows with p and with r.
    /// </summary>
    private static Tensor Reversed(Tensor w, ConvPhase p)
    {
        using var everyRow = w.Slice(2, Math.Min(p.Down.First, w.Shape[2] - 1), p.Down.Count, p.Down.Step);
        using var every = everyRow.Slice(3, Math.Min(p.Across.First, w.Shape[3] - 1), p.Across.Count, p.Across.Step);
        using var reversed = every.Flip(2, 3);
        return reversed.Permute(2, 3, 0, 1);
    }

    /// <summary>Weights [R, S, inputs, outputs] into panels of outputs, or into one row for each output.</summary>
    private void Pack<TUsed>(Tensor taps, float* to, int channels, bool inRows) where TUsed : unmanaged, IVectorLane<TUsed>
    {
        int rows = taps.Shape[0] * taps.Shape[1] * taps.Shape[2];
        using var rowsByOutputs = taps.Reshape(rows, channels);
        float* from = Data(rowsByOutputs);
        nint rowStride = rowsByOutputs.Strides[0], columnStride = rowsByOutputs.Strides[1];
        if (!inRows)
        {
            workers.Run(Panels<TUsed>.Count(channels), new Panels<TUsed>(from, rowStride, columnStride, rows, channels, to));
            return;
        }

        workers.Run(1, new OutputRows(from, rowStride, columnStride, rows, channels, to));
    }

    /// <summary>to[o, i] = from[i, o].</summary>
    private readonly struct OutputRows(float* from, nint rowStride, nint columnStride, int rows, int channels, float* to) : ITask
    {
        public void Execute(int part)
        {
            for (int i = 0; i < rows * channels; i++)
            {
                to[i] = from[(i % rows * rowStride) + (i / rows * columnStride)];
            }
        }
    }
}
