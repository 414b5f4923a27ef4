using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>y = activation((x − mean) / σ · scale + shift), run by run.</summary>
internal readonly unsafe struct ChannelNormal<TLane>(float* x, float* y, ChannelRows rows, ChannelFormula<TLane> norm) : ITask
    where TLane : unmanaged, IVectorLane<TLane>
{
    public void Execute(int part)
    {
        nint channels = rows.Channels, at = rows.Offset(part);
        for (int r = 0, count = rows.Count(part); r < count; r += rows.EachRun)
        {
            nint run = at + (r * channels);
            norm.Run(x + run, y + run, Math.Min(rows.EachRun, count - r), channels);
        }
    }
}
