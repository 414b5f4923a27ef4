namespace LisNative.CudaDriver;

/// <summary>
/// What a launch asks of memory: transactions, beside the fewest that its bytes could do with, and how often one warp after another load
/// waits for global memory.
/// </summary>
internal sealed class Counts
{
    private const int Banks = 32, Word = 4, Sector = 32;

    private readonly Dictionary<(Space Space, Kind Kind), (long Transactions, long Least)> traffic = [];
    private long instructions, multiplyAdds, waits;

    /// <summary>An instruction of a warp.</summary>
    internal void Execute(Instruction instruction, int lanes)
    {
        instructions++;
        multiplyAdds += instruction.Text.StartsWith("fma", StringComparison.Ordinal) ? lanes : instruction.Kind == Kind.Multiply ? 1024 : 0;
    }

    /// <summary>A load or store of a warp: wavefronts of shared memory, sectors of global memory.</summary>
    /// <param name="instruction">Which.</param>
    /// <param name="addresses">Of its active lanes.</param>
    internal void Access(Instruction instruction, IReadOnlyList<ulong> addresses)
    {
        int bytes = instruction.Registers.Length * instruction.Size;
        var words = addresses.Select(a => Enumerable.Range(0, Math.Max(1, bytes / Word)).Select(i => (a / Word) + (ulong)i));
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            traffic, (instruction.Space, instruction.Kind), out _);
        if (instruction.Space == Space.Global)
        {
            sum.Transactions += words.SelectMany(w => w).Select(w => w * Word / Sector).Distinct().Count();
            sum.Least += ((words.SelectMany(w => w).Distinct().Count() * Word) + Sector - 1) / Sector;
        }
        else if (instruction.Space == Space.Shared)
        {
            // 128 bytes at once: wide accesses go through in halves or quarters of a warp. A bank gives one word; lanes that want the same
            // share it.
            foreach (var together in words.Chunk(Banks * Word / Math.Max(Word, bytes)))
            {
                sum.Transactions += together.SelectMany(w => w).Distinct().CountBy(w => w % Banks).Max(b => b.Value);
                sum.Least++;
            }
        }
    }

    /// <summary>
    /// A warp has ended that so often came to an instruction whose operand was on its way; loads that were on their way together count
    /// once.
    /// </summary>
    internal void Wait(int times) => waits = Math.Max(waits, times);

    internal void Add(Counts other)
    {
        Wait((int)other.waits);
        instructions += other.instructions;
        multiplyAdds += other.multiplyAdds;
        foreach (var (key, (transactions, least)) in other.traffic)
        {
            var (before, leastBefore) = traffic.GetValueOrDefault(key);
            traffic[key] = (before + transactions, leastBefore + least);
        }
    }

    public override string ToString() =>
        $"{instructions} instructions of a warp, {multiplyAdds} multiply-adds, {waits} waits"
            + string.Concat(traffic.Where(t => t.Value.Least > 0).OrderBy(t => t.Key)
            .Select(t => $", {t.Key.Space} {t.Key.Kind} {t.Value.Transactions} of {t.Value.Least}"));
}
