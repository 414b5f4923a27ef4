using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>
/// How channels in groups become a convolution channel by channel: a sum over the inputs of a group, in whose i-th term every output has
/// the i-th input of its group as a channel of its own.
/// </summary>
internal readonly unsafe record struct ChannelSpread(int Inputs, int Outputs)
{
    /// <summary>Whether outputs and inputs are the same channels already.</summary>
    internal bool IsNone => Inputs == 1 && Outputs == 1;

    /// <summary>to[g, o] = from[g, i] for all of a number of groups.</summary>
    internal void Copy(float* from, int i, float* to, nint groups)
    {
        from += i;
        for (nint g = 0; g < groups; g++, from += Inputs, to += Outputs)
        {
            int o = 0;
            for (var value = Lane128.Create(*from); o <= Outputs - Lane128.Width; o += Lane128.Width)
            {
                Lane128.Store(value, to + o);
            }

            for (; o < Outputs; o++)
            {
                to[o] = *from;
            }
        }
    }
}
