using LisNative.Lanes;

namespace LisNative.Cpu;

// Channels last, as convolutions have them: registers hold neighbouring channels of a pixel, as many as there are channels for.
internal sealed unsafe partial class CpuBackend<TLane>
{
    void IChannelKernels.Moments(Tensor x, Tensor mean, Tensor variance)
    {
        using var image = InChannelsLast(x);
        var rows = RowsOf(x);
        using var partial = x.Device.Empty([rows.Parts, 2, rows.Channels]);
        With(rows, new MomentsOf(this, image, partial));
        workers.Run(ChannelJoin.Parts(rows.Channels),
            new ChannelMoments<TLane>.Joining(rows, Data(partial), Data(mean), Data(variance)));
    }

    void IChannelKernels.NormaliseChannels(Tensor x, ChannelNorm norm, Tensor y)
    {
        using Tensor image = InChannelsLast(x), output = ChannelsLast(y);
        With(RowsOf(x), new NormalOf(this, image, norm, output));
        Deliver(output, y);
    }

    void IChannelKernels.SumChannelGradients(Tensor dy, Tensor x, ChannelNorm norm, Tensor scale, Tensor shift)
    {
        using Tensor given = InChannelsLast(dy), image = InChannelsLast(x);
        var rows = RowsOf(x);
        using var partial = x.Device.Empty([rows.Parts, 2, rows.Channels]);
        With(rows, new SumsOf(this, given, image, norm, partial));
        workers.Run(ChannelJoin.Parts(rows.Channels),
            new ChannelGradientSums<TLane>.Joining(rows, FormulaOf<TLane>(norm), Data(partial), Data(scale), Data(shift)));
    }

    void IChannelKernels.ChannelGradient(Tensor dy, Tensor x, ChannelNorm norm, Tensor? scaleSum, Tensor? shiftSum, Tensor dx)
    {
        using Tensor given = InChannelsLast(dy), image = InChannelsLast(x), output = ChannelsLast(dx);
        With(RowsOf(x), new GradientOf(this, given, image, norm, scaleSum, shiftSum, output));
        Deliver(output, dx);
    }

    private static ChannelRows RowsOf(Tensor x) => new(x.Count / x.Shape[1], x.Shape[1]);

    private static ChannelFormula<TUsed> FormulaOf<TUsed>(ChannelNorm norm) where TUsed : unmanaged, IVectorLane<TUsed> =>
        new(Data(norm.Mean), Data(norm.Variance), Data(norm.Scale), Data(norm.Shift), norm);

    /// <summary>Gives the workers a task for registers that so many channels fill.</summary>
    private static void With<TTask>(ChannelRows rows, TTask task) where TTask : struct, IChannelTask
    {
        if (rows.Channels >= TLane.Width)
        {
            task.Run<TLane>(rows);
        }
        else if (IsNarrow(rows.Channels))
        {
            task.Run<Lane128>(rows);
        }
        else
        {
            task.Run<ScalarLane>(rows);
        }
    }

    private interface IChannelTask
    {
        void Run<TUsed>(ChannelRows rows) where TUsed : unmanaged, IVectorLane<TUsed>;
    }

    private readonly record struct MomentsOf(CpuBackend<TLane> Cpu, Tensor X, Tensor Partial) : IChannelTask
    {
        public void Run<TUsed>(ChannelRows rows) where TUsed : unmanaged, IVectorLane<TUsed> =>
            Cpu.workers.Run(rows.Parts, new ChannelMoments<TUsed>(Data(X), rows, Data(Partial)));
    }

    private readonly record struct NormalOf(CpuBackend<TLane> Cpu, Tensor X, ChannelNorm Norm, Tensor Y) : IChannelTask
    {
        public void Run<TUsed>(ChannelRows rows) where TUsed : unmanaged, IVectorLane<TUsed> =>
            Cpu.workers.Run(rows.Parts, new ChannelNormal<TUsed>(Data(X), Data(Y), rows, FormulaOf<TUsed>(Norm)));
    }

    private readonly record struct SumsOf(CpuBackend<TLane> Cpu, Tensor Dy, Tensor X, ChannelNorm Norm, Tensor Partial) : IChannelTask
    {
        public void Run<TUsed>(ChannelRows rows) where TUsed : unmanaged, IVectorLane<TUsed> => Cpu.workers.Run(
            rows.Parts, new ChannelGradientSums<TUsed>(Data(Dy), Data(X), rows, FormulaOf<TUsed>(Norm), Data(Partial)));
    }

    private readonly record struct GradientOf(
        CpuBackend<TLane> Cpu, Tensor Dy, Tensor X, ChannelNorm Norm, Tensor? ScaleSum, Tensor? ShiftSum, Tensor Dx) : IChannelTask
    {
        public void Run<TUsed>(ChannelRows rows) where TUsed : unmanaged, IVectorLane<TUsed> => Cpu.workers.Run(
            rows.Parts, new ChannelGradient<TUsed>(Data(Dy), Data(X), rows, FormulaOf<TUsed>(Norm),
                ScaleSum is null ? null : Data(ScaleSum), ShiftSum is null ? null : Data(ShiftSum), Data(Dx)));
    }
}
