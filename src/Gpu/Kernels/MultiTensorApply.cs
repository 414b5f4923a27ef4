using ILGPU;

namespace LisNative.Gpu.Kernels;

/// <summary>Work for some groups of threads: a part of what is done together, or several.</summary>
internal interface IParts<TPart> where TPart : struct
{
    /// <summary>Groups of threads that it takes; none for what has no elements.</summary>
    int Groups { get; }

    /// <summary>The part that a group works on; what is left in <paramref name="group"/> counts from that part's first.</summary>
    TPart Find(ref int group);
}

/// <summary>One part, whose formula all parts share.</summary>
internal interface IPart<TOp>
{
    /// <summary>The work of one of its groups.</summary>
    void Execute(TOp op, int group);
}

/// <summary>Four, one after another.</summary>
internal readonly struct Four<TPart, T>(T a, T b, T c, T d) : IParts<TPart> where TPart : struct where T : struct, IParts<TPart>
{
    public int Groups => a.Groups + b.Groups + c.Groups + d.Groups;

    public TPart Find(ref int group)
    {
        int inB = group - a.Groups, inC = inB - b.Groups, inD = inC - c.Groups;
        if (inB < 0)
        {
            return a.Find(ref group);
        }

        if (inC < 0)
        {
            group = inB;
            return b.Find(ref group);
        }

        if (inD < 0)
        {
            group = inC;
            return c.Find(ref group);
        }

        group = inD;
        return d.Find(ref group);
    }
}

/// <summary>One formula for up to sixteen parts in one launch: as many as our networks have parameters.</summary>
internal readonly struct MultiTensorApply<TOp, TPart> : IKernel where TOp : unmanaged where TPart : struct, IPart<TOp>, IParts<TPart>
{
    internal const int Most = 16;

    private readonly TOp op;
    private readonly Four<TPart, Four<TPart, TPart>> parts;

    /// <summary>For so many parts; what is left over has no groups.</summary>
    internal MultiTensorApply(TOp op, ReadOnlySpan<TPart> parts) =>
        (this.op, this.parts) = (op, new(Four(parts), Four(parts[4..]), Four(parts[8..]), Four(parts[12..])));

    internal long Groups => parts.Groups;

    public void Execute()
    {
        int group = Grid.IdxX;
        parts.Find(ref group).Execute(op, group);
    }

    private static Four<TPart, TPart> Four(ReadOnlySpan<TPart> parts) => new(parts[0], parts[1], parts[2], parts[3]);
}
