using LisNative.Formulas;

namespace LisNative.Cpu;

internal sealed unsafe partial class CpuBackend<TLane>
{
    /// <summary>Channels of a group up to which it pays to go channel by channel; larger groups are matrix products.</summary>
    private const int FewInGroup = 8;

    public bool TryConv2dWeight(Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        var spread = Spread(w, geometry, transposed: false);
        if (!Serves(w, spread))
        {
            return false;
        }

        int r = w.Shape[2], s = w.Shape[3], lines = y.Shape[0] * y.Shape[2], parts = GroupedWeightGradient<TLane>.Parts(lines);
        using Tensor image = InChannelsLast(x), map = InChannelsLast(y);
        using var partial = w.Device.Empty([parts, spread.Inputs, r, s, w.Shape[0]]);
        using var sum = w.Device.Empty([1, spread.Inputs, r, s, w.Shape[0]]);
        workers.Run(parts, new GroupedWeightGradient<TLane>(new(image), new(map), lines, new(r, geometry.Down, transposed: false),
            new(s, geometry.Across, transposed: false), spread, Data(partial), r, s));
        Reduce(default(Sum), partial, sum);
        using var weight = sum.Reshape(spread.Inputs, r, s, w.Shape[0]);
        using var ordered = weight.Permute(3, 0, 1, 2);
        Copy(ordered, w);
        return true;
    }

    public bool TryConvolve(Tensor input, Tensor w, Tensor result, ConvGeometry geometry, Epilogue epilogue, bool transposed)
    {
        var spread = Spread(w, geometry, transposed);
        if (!Serves(w, spread))
        {
            return false;
        }

        int images = result.Shape[0], channels = result.Shape[1], r = w.Shape[2], s = w.Shape[3];
        long size = result.Count / images;
        int strips = (int)Math.Clamp(Math.Max(size / CpuBackend.Strip, (workers.Threads + images - 1) / images), 1, result.Shape[2]);
        using Tensor image = InChannelsLast(input), output = ChannelsLast(result);
        using var weights = Packed(w, geometry, spread, transposed);
        using var bias = PaddedBias(output.Device, epilogue.Bias, channels);
        using var gate = epilogue.Gate?.Output.LaidOutAs(output);
        workers.Run(images * strips, new GroupedConvolution<TLane>(new(image), new(output), strips, new(r, geometry.Down, transposed),
            new(s, geometry.Across, transposed), spread, new((nint)weights.Data, r, s), Data(bias), Tail(epilogue, gate)));
        Deliver(output, result);
        return true;
    }

    private static ChannelSpread Spread(Tensor w, ConvGeometry geometry, bool transposed)
    {
        int outputs = w.Shape[0] / geometry.Groups, inputs = w.Shape[1];
        return transposed ? new(outputs, inputs) : new(inputs, outputs);
    }

    private static bool Serves(Tensor w, ChannelSpread spread) =>
        w.Count > 0 && (spread.Inputs == 1 || spread.Outputs == 1 || Math.Max(spread.Inputs, spread.Outputs) <= FewInGroup);

    private Tensor InChannelsLast(Tensor t)
    {
        var result = ChannelsLast(t);
        Deliver(t, result);
        return result;
    }

    private PreparedWeights Packed(Tensor w, ConvGeometry geometry, ChannelSpread spread, bool transposed) =>
        new(w, new(transposed, false, geometry, 0, 0), w.Count, to =>
        {
            using var all = w.Contiguous();
            int taps = w.Shape[2] * w.Shape[3];
            workers.Run(spread.Inputs * taps, new GroupedPacking(Data(all), taps, geometry.Groups, spread, transposed, (float*)to));
        });

    /// <summary>to[i, t, g, o] = the weight of tap t of the i-th input and the o-th output of group g.</summary>
    private readonly struct GroupedPacking(float* w, int taps, int groups, ChannelSpread spread, bool transposed, float* to) : ITask
    {
        public void Execute(int part)
        {
            int i = part / taps, inner = taps * (transposed ? spread.Outputs : spread.Inputs);
            nint input = transposed ? inner : taps, output = transposed ? taps : inner;
            float* from = w + (i * input) + (part % taps), next = to + ((nint)part * groups * spread.Outputs);
            for (int g = 0; g < groups; g++, from += (nint)taps * spread.Inputs * spread.Outputs)
            {
                for (int o = 0; o < spread.Outputs; o++)
                {
                    *next++ = from[o * output];
                }
            }
        }
    }
}
