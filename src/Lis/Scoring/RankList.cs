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

    /// <summary>How many there are.</summary>
    internal long Count => blocks.Sum(b => (long)b.Count);

    /// <summary>Adds one, and tells how many of those before are greater, and how many equal.</summary>
    internal (long Greater, long Equal) Add(float value)
    {
        long greater = 0, equal = 0;
        int place = blocks.Count - 1;
        for (int i = blocks.Count - 1; i >= 0 && (blocks[i].Count == 0 || blocks[i][^1] >= value); i--)
        {
            int least = First(blocks[i], value, inclusive: true), above = First(blocks[i], value, inclusive: false);
            (greater, equal, place) = (greater + blocks[i].Count - above, equal + above - least, i);
        }

        var block = blocks[place];
        block.Insert(First(block, value, inclusive: true), value);
        if (block.Count > Block)
        {
            blocks.Insert(place + 1, block[(Block / 2)..]);
            block.RemoveRange(Block / 2, block.Count - (Block / 2));
        }

        return (greater, equal);
    }

    /// <summary>The place of the first number that is at least so great, or greater.</summary>
    private static int First(List<float> block, float value, bool inclusive)
    {
        int low = 0;
        for (int high = block.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = block[middle] < value || (!inclusive && block[middle] == value) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
