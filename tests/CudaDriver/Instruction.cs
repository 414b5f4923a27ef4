using System.Collections.Concurrent;

namespace LisNative.CudaDriver;

/// <summary>What kind of thing an instruction does.</summary>
internal enum Kind
{
    /// <summary>A function of up to three registers, lane by lane.</summary>
    Compute,

    /// <summary>ld.param, ld.local, ld.shared, ld.global.</summary>
    Load,

    /// <summary>st.local, st.shared, st.global.</summary>
    Store,

    /// <summary>bra, bra.uni.</summary>
    Branch,

    /// <summary>bar.sync.</summary>
    Barrier,

    /// <summary>mma.sync.</summary>
    Multiply,

    /// <summary>ret.</summary>
    Return,
}

/// <summary>Where an address leads.</summary>
internal enum Space
{
    Parameters,
    Local,
    Shared,
    Global,
}

/// <summary>
/// An instruction as it is executed. Registers are numbers of rows of a warp's registers; constants and special registers are rows, too.
/// </summary>
internal sealed record Instruction(string Text, Kind Kind)
{
    /// <summary>The predicate; −1 without one.</summary>
    internal int Guard { get; init; } = -1;

    /// <summary>Whether the predicate is negated.</summary>
    internal bool Negated { get; init; }

    /// <summary>Registers in the order of the text, the address of a load or store apart.</summary>
    internal int[] Registers { get; init; } = [];

    /// <summary>For <see cref="Kind.Compute"/>.</summary>
    internal RowFunction? Function { get; init; }

    internal Space Space { get; init; }

    /// <summary>The register that holds the address; −1 for none.</summary>
    internal int Base { get; init; } = -1;

    /// <summary>What is added to the address.</summary>
    internal int Offset { get; init; }

    /// <summary>Bytes of an element.</summary>
    internal int Size { get; init; }

    /// <summary>The instruction that a branch leads to.</summary>
    internal int Target { get; set; }

    /// <summary>Whether all lanes must branch alike.</summary>
    internal bool IsUniform { get; init; }
}

/// <summary>A kernel of a module.</summary>
/// <param name="Name">Its entry point.</param>
/// <param name="Code">Its instructions.</param>
/// <param name="Meetings">For each instruction where threads that part there meet again.</param>
/// <param name="Rows">Registers of a lane, constants and special registers included.</param>
/// <param name="Constants">Rows with one value for all lanes and launches.</param>
/// <param name="Special">Rows of special registers: %tid.x and so on.</param>
/// <param name="ParameterBytes">Bytes of parameters.</param>
/// <param name="SharedBytes">Bytes of shared memory.</param>
/// <param name="LocalBytes">Bytes of local memory of a lane.</param>
/// <param name="Threads">The most threads of a group, .maxntid.</param>
internal sealed record Kernel(
    string Name, Instruction[] Code, int[] Meetings, int Rows, (int Row, ulong Value)[] Constants, (int Row, string Name)[] Special,
    int ParameterBytes, int SharedBytes, int LocalBytes, int Threads)
{
    /// <summary>Groups of earlier launches: most launches are so small that making one would take longer than they do.</summary>
    private readonly ConcurrentBag<Group> idle = [];

    internal Group Take(int threads, byte[] parameters)
    {
        var group = idle.TryTake(out var other) && other.Threads == threads ? other : new(this, threads);
        group.Begin(parameters);
        return group;
    }

    internal void GiveBack(Group group) => idle.Add(group);
}
