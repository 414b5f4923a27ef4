using System.Numerics;

namespace LisNative.CudaDriver;

/// <summary>
/// 32 threads that execute together. Where they part, one path is executed after the other up to where all paths meet; where the
/// instruction set wants them together (barriers, tensor cores, branches said to be uniform) they are checked to be.
/// </summary>
internal sealed unsafe class Warp
{
    internal const int Lanes = 32;

    private readonly Kernel kernel;
    private readonly Group group;
    private readonly int first;
    private readonly ulong[] registers;
    private readonly Block[] local;
    private readonly Stack<Path> paths = new();
    private readonly ulong[] scratch = new ulong[4 * Lanes];
    private readonly HashSet<int> underWay = [];
    private DeviceMemory.Allocation? last;
    private uint alive;
    private int waits;

    internal Warp(Kernel kernel, Group group, int first)
    {
        (this.kernel, this.group, this.first) = (kernel, group, first);
        registers = new ulong[kernel.Rows * Lanes];
        local = kernel.LocalBytes == 0 ? [] : [.. Enumerable.Range(0, Lanes).Select(_ => new Block(kernel.LocalBytes))];
        foreach (var (row, value) in kernel.Constants)
        {
            Row(row).Fill(value);
        }
    }

    /// <summary>Whether lanes wait at a barrier; the others have ended.</summary>
    internal bool IsWaiting { get; private set; }

    /// <summary>Before the first instruction.</summary>
    /// <param name="threads">Threads of the group.</param>
    /// <param name="groups">Groups of the launch.</param>
    /// <param name="index">Which group.</param>
    internal void Begin(int threads, int groups, int index)
    {
        last = null;
        underWay.Clear();
        waits = 0;
        alive = uint.MaxValue >> Math.Max(0, Lanes - (threads - first));
        paths.Clear();
        paths.Push(new(0, kernel.Code.Length, alive));
        foreach (var (row, name) in kernel.Special)
        {
            var values = Row(row);
            for (int lane = 0; lane < Lanes; lane++)
            {
                values[lane] = name switch
                {
                    "%tid.x" => (ulong)(first + lane),
                    "%ctaid.x" => (ulong)index,
                    "%ntid.x" => (ulong)threads,
                    "%nctaid.x" => (ulong)groups,
                    _ => name.StartsWith("%n", StringComparison.Ordinal) ? 1ul : 0,
                };
            }
        }
    }

    /// <summary>Goes on until every lane has ended or waits at a barrier.</summary>
    internal void Run()
    {
        IsWaiting = false;
        while (!IsWaiting && paths.TryPop(out var path))
        {
            if ((path.Lanes & alive) != 0 && path.At != path.End)
            {
                Follow(path.At, path.End, path.Lanes & alive);
            }
        }
    }

    /// <summary>Executes up to a branch, a barrier or the end of the path.</summary>
    private void Follow(int at, int end, uint lanes)
    {
        for (; at != end && lanes != 0; at++)
        {
            var instruction = kernel.Code[at];
            uint active = instruction.Guard < 0 ? lanes : lanes & Where(instruction.Guard, instruction.Negated);
            if (group.Counts is { } counts)
            {
                counts.Execute(instruction, BitOperations.PopCount(active));
                Await(instruction);
            }

            switch (instruction.Kind)
            {
                case Kind.Compute:
                    Compute(instruction, active);
                    break;
                case Kind.Load when instruction.Space == Space.Parameters:
                    LoadParameter(instruction, active);
                    break;
                case Kind.Load or Kind.Store:
                    Access(instruction, active);
                    break;
                case Kind.Multiply:
                    Together(active == uint.MaxValue, instruction);
                    Multiply(instruction.Registers);
                    break;
                case Kind.Return:
                    alive &= ~active;
                    lanes &= ~active;
                    break;
                case Kind.Branch when active == lanes:
                    at = instruction.Target - 1;
                    break;
                case Kind.Branch when active != 0:
                    Together(!instruction.IsUniform, instruction);
                    Part(at, end, lanes, active);
                    return;
                case Kind.Barrier:
                    Together(active == alive, instruction);
                    paths.Push(new(at + 1, end, lanes));
                    IsWaiting = true;
                    return;
            }
        }
    }

    /// <summary>
    /// What is loaded from global memory is on its way until an instruction asks for any of it; then all has come. To name it otherwise is
    /// not to ask for it.
    /// </summary>
    private void Await(Instruction instruction)
    {
        bool loads = instruction.Kind == Kind.Load, moves = instruction.Text.StartsWith("mov", StringComparison.Ordinal);
        var written = instruction.Registers.Take(loads ? instruction.Registers.Length : instruction.Kind == Kind.Compute ? 1 : 0);
        bool asks = underWay.Contains(instruction.Guard) || underWay.Contains(instruction.Base)
            || instruction.Registers.Skip(written.Count()).Any(underWay.Contains);
        if (asks && !moves)
        {
            underWay.Clear();
            group.Counts!.Wait(++waits);
        }

        underWay.ExceptWith(written);
        if ((loads && instruction.Space == Space.Global) || (asks && moves))
        {
            underWay.UnionWith(written);
        }
    }

    /// <summary>Some lanes branch, the others go on; all meet later.</summary>
    private void Part(int at, int end, uint lanes, uint branching)
    {
        int meeting = kernel.Meetings[at];
        if (meeting != end)
        {
            paths.Push(new(meeting, end, lanes));
        }

        paths.Push(new(at + 1, meeting, lanes & ~branching));
        paths.Push(new(kernel.Code[at].Target, meeting, branching));
    }

    private Span<ulong> Row(int row) => registers.AsSpan(row * Lanes, Lanes);

    private uint Where(int predicate, bool negated)
    {
        var values = Row(predicate);
        uint mask = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            mask |= (uint)values[lane] << lane;
        }

        return negated ? ~mask : mask;
    }

    private static void Together(bool holds, Instruction instruction)
    {
        if (!holds)
        {
            throw new CudaException(CudaException.LaunchFailed, $"the threads of a warp are not together at «{instruction.Text}»");
        }
    }

    private void Compute(Instruction instruction, uint active)
    {
        int[] r = instruction.Registers;
        fixed (ulong* rows = registers)
        {
            instruction.Function!(rows + (r[0] * Lanes), rows + (r[1] * Lanes), rows + (r[Math.Min(2, r.Length - 1)] * Lanes),
                rows + (r[Math.Min(3, r.Length - 1)] * Lanes), active);
        }
    }

    /// <summary>Parameters have constant addresses, so one load serves all lanes.</summary>
    private void LoadParameter(Instruction instruction, uint active)
    {
        int address = instruction.Offset;
        foreach (int register in instruction.Registers)
        {
            ulong value = Load(group.Parameters.At((ulong)address, instruction.Size, instruction), instruction.Size);
            var row = Row(register);
            for (uint lanes = active; lanes != 0; lanes &= lanes - 1)
            {
                row[BitOperations.TrailingZeroCount(lanes)] = value;
            }

            address += instruction.Size;
        }
    }

    private void Access(Instruction instruction, uint active)
    {
        int count = instruction.Registers.Length, bytes = count * instruction.Size;
        bool isStore = instruction.Kind == Kind.Store;
        group.Counts?.Access(instruction,
            [.. Enumerable.Range(0, Lanes).Where(lane => (active >> lane & 1) != 0).Select(lane => Address(instruction, lane))]);
        for (; active != 0; active &= active - 1)
        {
            int lane = BitOperations.TrailingZeroCount(active);
            ulong address = Address(instruction, lane);
            if ((address & (ulong)(bytes - 1)) != 0)
            {
                throw new CudaException(CudaException.MisalignedAddress,
                    $"{bytes} bytes at {address:x} in «{instruction.Text}» of thread {first + lane}");
            }

            byte* at = instruction.Space switch
            {
                Space.Global => DeviceMemory.Find(address, bytes, ref last),
                Space.Shared => group.Shared.At(address, bytes, instruction),
                _ => local[lane].At(address, bytes, instruction),
            };
            if (instruction.Space == Space.Shared)
            {
                group.Touch((int)address, bytes, first + lane, isStore, instruction);
            }

            for (int i = 0; i < count; i++, at += instruction.Size)
            {
                ref ulong register = ref registers[(instruction.Registers[i] * Lanes) + lane];
                if (isStore)
                {
                    Store(at, instruction.Size, register);
                }
                else
                {
                    register = Load(at, instruction.Size);
                }
            }
        }
    }

    private ulong Address(Instruction instruction, int lane) =>
        (instruction.Base < 0 ? 0 : registers[(instruction.Base * Lanes) + lane]) + (ulong)(long)instruction.Offset;

    private static ulong Load(byte* at, int size) => size switch { 1 => *at, 4 => *(uint*)at, _ => *(ulong*)at };

    private static void Store(byte* at, int size, ulong value)
    {
        switch (size)
        {
            case 1:
                *at = (byte)value;
                break;
            case 4:
                *(uint*)at = (uint)value;
                break;
            default:
                *(ulong*)at = value;
                break;
        }
    }

    /// <summary>
    /// d[16, 8] = a[16, 8] · b[8, 8] + c[16, 8]. With g = lane / 4 and t = lane mod 4 a lane holds a(g + 8·(i mod 2), t + 4·(i / 2)), b(t +
    /// 4·i, g) and c(g + 8·(i / 2), 2·t + (i mod 2)) as its register i (PTX ISA, «Matrix fragments for mma.m16n8k8»).
    /// </summary>
    private void Multiply(int[] registers)
    {
        const int D = 0, A = 4, B = 8, C = 10;
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int i = 0; i < 4; i++)
            {
                int row = (lane / 4) + (8 * (i / 2)), column = (2 * (lane % 4)) + (i % 2);
                double sum = Operations.F(Row(registers[C + i])[lane]);
                for (int k = 0; k < 8; k++)
                {
                    sum += (double)Operations.Tf32(Row(registers[A + (row / 8) + (2 * (k / 4))])[(4 * (row % 8)) + (k % 4)])
                        * Operations.Tf32(Row(registers[B + (k / 4)])[(4 * column) + (k % 4)]);
                }

                scratch[(i * Lanes) + lane] = Operations.Bits((float)sum);
            }
        }

        for (int i = 0; i < 4; i++)
        {
            scratch.AsSpan(i * Lanes, Lanes).CopyTo(Row(registers[D + i]));
        }
    }

    /// <summary>What lanes have still to execute.</summary>
    private readonly record struct Path(int At, int End, uint Lanes);
}
