using LisNative.Formulas;

namespace LisNative.Cpu;

public sealed unsafe partial class CpuBackend<TLane>
{
    /// <inheritdoc/>
    public void Conv2d(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        using var output = ChannelsLast(y);
        Convolve(x, w, output, geometry, epilogue);
        Deliver(output, y);
    }

    /// <inheritdoc/>
    public void ConvTranspose2d(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        using var output = ChannelsLast(x);
        ConvolveTransposed(y, w, output, geometry, epilogue);
        Deliver(output, x);
    }

    private static bool IsChannelsLast(Tensor t) => t.Count == 0 || (new Image(t).ChannelsLast(0) != null && t.Strides[0] == t.Count / t.Shape[0]);

    /// <summary>The result itself if its memory order is N, H, W, C without gaps, else memory that is.</summary>
    private static Tensor ChannelsLast(Tensor result)
    {
        result.Changed();
        return IsChannelsLast(result) ? result.Share() : new Tensor(result.Device, result.Shape, Layout.ChannelsLast(result.Shape));
    }

    /// <summary>The gate in the memory order of the results.</summary>
    private Tensor? Gate(Epilogue epilogue)
    {
        if (epilogue.Gate is not { } gate)
        {
            return null;
        }

        if (IsChannelsLast(gate))
        {
            return gate.Share();
        }

        var ordered = new Tensor(gate.Device, gate.Shape, Layout.ChannelsLast(gate.Shape));
        Copy(gate, ordered);
        return ordered;
    }

    private static Finish End(Epilogue epilogue, Tensor? gate) => new(epilogue.Activation, gate is null ? null : Data(gate));

    private void Deliver(Tensor output, Tensor result)
    {
        if (Data(output) != Data(result))
        {
            Copy(output, result);
        }
    }

    private void Convolve(Tensor x, Tensor w, Tensor y, ConvGeometry geometry, Epilogue epilogue)
    {
        if (Winograd(x, w, y, geometry) is { } winograd)
        {
            Conv2d(winograd, x, w, y, epilogue);
            return;
        }

        Shape kernel = DilatedShape(w.Shape, geometry);
        Span<ConvPhase> phases = [new(0, 0, y.Shape[2], y.Shape[3], 1, geometry.Stride, geometry.Padding, geometry.Padding, 0, 0, kernel[2], kernel[3], 0)];
        Run(x, w, y, phases, transposed: false, geometry, epilogue);
    }

    private void ConvolveTransposed(Tensor y, Tensor w, Tensor x, ConvGeometry geometry, Epilogue epilogue)
    {
        if (y.Count > 0 && Winograd(x, w, y, geometry, transposed: true) is { } winograd)
        {
            ConvTranspose2d(winograd, y, w, x, epilogue);
            return;
        }

        Shape kernel = DilatedShape(w.Shape, geometry);
        int stride = geometry.Stride, offset = 0;
        int rows = Math.Min(stride, x.Shape[2]), columns = Math.Min(stride, x.Shape[3]);
        Span<ConvPhase> phases = stackalloc ConvPhase[rows * columns];
        for (int i = 0; i < phases.Length; i++)
        {
            var r = ConvPhase.Axis.Of(i / columns, x.Shape[2], kernel[2], geometry);
            var s = ConvPhase.Axis.Of(i % columns, x.Shape[3], kernel[3], geometry);
            phases[i] = new(i / columns, i % columns, r.Count, s.Count, stride, 1, r.Pad, s.Pad, r.First, s.First, r.Taps, s.Taps, offset);
            offset += r.Taps * s.Taps * w.Shape[0];
        }

        Run(y, w, x, phases, transposed: true, geometry, epilogue);
    }

    /// <inheritdoc/>
    public void Conv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        if (geometry.Dilation > 1)
        {
            // All taps of the kernel without gaps, of which every dilation-th is wanted.
            using var all = w.Device.Empty(DilatedShape(w.Shape, geometry));
            Conv2dWeight(x, y, all, geometry with { Dilation = 1 });
            using var everyRow = all.Slice(2, 0, w.Shape[2], geometry.Dilation);
            using var every = everyRow.Slice(3, 0, w.Shape[3], geometry.Dilation);
            Copy(every, w);
            return;
        }

        int k = w.Shape[0], c = w.Shape[1], r = w.Shape[2], s = w.Shape[3], images = x.Shape[0];
        if (images == 0 || w.Count == 0)
        {
            Fill(w, 0);
            return;
        }

        Span<ConvPhase> phase = [new(0, 0, y.Shape[2], y.Shape[3], 1, geometry.Stride, geometry.Padding, geometry.Padding, 0, 0, r, s, 0)];
        var border = ConvPhase.BorderOf(phase, x.Shape[2], x.Shape[3]);
        bool outputs = WeightGradient<TLane>.ColumnsAreOutputs(k);
        int rows = outputs ? s * c : k, columns = WeightGradient<TLane>.Padded(outputs ? k : s * c);
        int groups = WeightGradient<TLane>.GroupsFor(images);
        using var partial = w.Device.Empty([groups, r, rows, columns]);
        if (Winograd(x, w, y, geometry) is { } winograd)
        {
            using var zeros = PaddedBias(w.Device, null, k);
            workers.Run(groups, new WinogradWeightGradient<TLane>(new Image(x), new Image(y), images, winograd, Data(zeros), Data(partial)));
        }
        else
        {
            workers.Run(groups, new WeightGradient<TLane>(new Image(x), new Image(y), images, r, s, geometry, border, Data(partial)));
        }

        using var sum = w.Device.Empty([1, r, rows, columns]);
        Reduce(default(Sum), partial, sum);
        using var used = sum.Slice(3, 0, outputs ? k : s * c);
        using var split = used.Reshape(outputs ? [r, s, c, k] : [r, k, s, c]);
        using var ordered = outputs ? split.Permute(3, 2, 0, 1) : split.Permute(1, 3, 0, 2);
        Copy(ordered, w);
    }

    private void Run(Tensor input, Tensor w, Tensor output, ReadOnlySpan<ConvPhase> phases, bool transposed, ConvGeometry geometry, Epilogue epilogue)
    {
        if (output.Count == 0)
        {
            return;
        }

        int channels = output.Shape[1], images = output.Shape[0];
        using var weights = Packed(w, phases, transposed, geometry, output);
        using var bias = PaddedBias(output.Device, epilogue.Bias, channels);
        using var gate = Gate(epilogue);
        var border = ConvPhase.BorderOf(phases, input.Shape[2], input.Shape[3]);
        fixed (ConvPhase* p = phases)
        {
            int strips = Strips(images, phases[0].Rows);
            workers.Run(images * strips, new Convolution<TLane>(
                new Image(input), strips, Data(output), p, phases.Length, border, weights.Data, Data(bias), End(epilogue, gate), output.Shape[2], output.Shape[3], channels));
        }
    }

    /// <summary>Strips into which each image is cut when there are too few images for the threads; it changes no sum.</summary>
    private int Strips(int images, int rows) => images >= workers.Threads ? 1 : Math.Clamp(rows / 2, 1, (workers.Threads + images - 1) / images);

    /// <summary>The weights of all phases, [R, S, inputs, outputs] each, as panels of outputs or, for few outputs, one row for each output.</summary>
    private PreparedWeights Packed(Tensor w, ReadOnlySpan<ConvPhase> phases, bool transposed, ConvGeometry geometry, Tensor output)
    {
        int channels = output.Shape[1], inputs = w.Count / Math.Max(1, channels * w.Shape[2] * w.Shape[3]);
        int columns = channels <= Convolution<TLane>.FewChannels ? channels : Panels<TLane>.Count(channels) * MicroKernel<TLane>.Columns;
        long rows = phases[^1].WeightOffset + ((long)phases[^1].TapsR * phases[^1].TapsS * inputs);
        var weights = new PreparedWeights(w, new(transposed, false, geometry, output.Shape[2], output.Shape[3], 0), Math.Max(1, rows) * columns);
        if (weights.IsReady)
        {
            return weights;
        }

        using var undilated = Undilated(w, geometry);
        foreach (var p in phases)
        {
            using var taps = transposed ? Reversed(undilated, p, geometry.Stride) : undilated.Permute(2, 3, 1, 0);
            Pack(taps, weights.Data + ((nint)p.WeightOffset * columns), channels);
        }

        weights.Ready();
        return weights;
    }

    /// <summary>[taps of r, taps of s, inputs K, outputs C] of one phase; backwards, since the output pixel p·S + r grows with p and with r.</summary>
    private static Tensor Reversed(Tensor w, ConvPhase p, int stride)
    {
        using var everyRow = w.Slice(2, Math.Min(p.FirstR, w.Shape[2] - 1), p.TapsR, stride);
        using var every = everyRow.Slice(3, Math.Min(p.FirstS, w.Shape[3] - 1), p.TapsS, stride);
        using var reversed = every.Flip(2, 3);
        return reversed.Permute(2, 3, 0, 1);
    }

    /// <summary>Weights [R, S, inputs, outputs] into panels of outputs, or, for few outputs, into one row for each output.</summary>
    private void Pack(Tensor taps, float* to, int channels)
    {
        int rows = taps.Shape[0] * taps.Shape[1] * taps.Shape[2];
        using var rowsByOutputs = taps.Reshape(rows, channels);
        float* from = Data(rowsByOutputs);
        nint rowStride = rowsByOutputs.Strides[0], columnStride = rowsByOutputs.Strides[1];
        if (channels > Convolution<TLane>.FewChannels)
        {
            workers.Run(Panels<TLane>.Count(channels), new Panels<TLane>(from, rowStride, columnStride, rows, channels, to));
            return;
        }

        for (int o = 0; o < channels; o++)
        {
            for (int i = 0; i < rows; i++)
            {
                to[((nint)o * rows) + i] = from[(i * rowStride) + (o * columnStride)];
            }
        }
    }

    private static Shape DilatedShape(Shape w, ConvGeometry g) =>
        [w[0], w[1], (g.Dilation * (w[2] - 1)) + 1, (g.Dilation * (w[3] - 1)) + 1];

    /// <summary>Weights with zeros between their taps: dilation is rare, and then any kernel serves.</summary>
    private Tensor Undilated(Tensor w, ConvGeometry g)
    {
        if (g.Dilation == 1)
        {
            return w.Share();
        }

        var all = w.Device.Zeros(DilatedShape(w.Shape, g));
        using var everyRow = all.Slice(2, 0, w.Shape[2], g.Dilation);
        using var every = everyRow.Slice(3, 0, w.Shape[3], g.Dilation);
        Copy(w, every);
        return all;
    }
}
