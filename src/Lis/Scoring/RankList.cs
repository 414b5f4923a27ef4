using System.Runtime.InteropServices;
using LisNative.Data;

namespace LisNative.Scoring;

/// <summary>Numbers in order, in blocks that are split when they are full: adding one of n takes √n steps.</summary>
internal sealed class RankList
{
    private const int Block = 2048;

    private readonly List<List<float>> blocks = [[]];

    internal RankList(ReadOnlySpan<float> sorted)
    {
        foreach (float value in sorted)
        {
            blocks[^1].Add(value);
            if (blocks[^1].Count == Block / 2)
            {
                blocks.Add([]);
            }
        }
    }

    /// <summary>Adds one, and tells how many of those before are greater, and how many equal.</summary>
    internal (long Greater, long Equal) Add(float value)
    {
        long greater = 0, equal = 0;
        int place = blocks.Count - 1;
        for (int i = blocks.Count - 1; i >= 0 && (blocks[i].Count == 0 || blocks[i][^1] >= value); i--)
        {
            var numbers = CollectionsMarshal.AsSpan(blocks[i]);
            int least = Quantiles.Below(numbers, value), above = Quantiles.Below(numbers, value, orEqual: true);
            (greater, equal, place) = (greater + blocks[i].Count - above, equal + above - least, i);
        }

        var block = blocks[place];
        block.Insert(Quantiles.Below(CollectionsMarshal.AsSpan(block), value), value);
        if (block.Count > Block)
        {
            blocks.Insert(place + 1, block[(Block / 2)..]);
            block.RemoveRange(Block / 2, block.Count - (Block / 2));
        }

        return (greater, equal);
    }
}
