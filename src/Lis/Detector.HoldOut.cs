using LisNative.Data;
using LisNative.Random;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>The part of the stream <see cref="Streams.HoldOut"/> that decides which groups are held out.</summary>
    private const ulong Groups = 0;

    private static void RequireSome(Dataset normal, int left)
    {
        if (left < 2)
        {
            throw new InputException(normal.Name,
                $"expected at least 2 normal samples to train on, found {(normal.Count == 0 ? "none" : left)}"
                + (left == normal.Count ? "" : $" of {normal.Count}, the others being held out; a smaller share (heldOut) helps"));
        }
    }

    /// <summary>
    /// The normal samples that <see cref="Fit"/> learns from, and those that it keeps to set thresholds by: whole groups where there are
    /// some, as near to the share wanted as they come; of windows stretches of time that share no row with the others.
    /// </summary>
    /// <exception cref="InputException">All samples are of one group.</exception>
    internal static (Dataset Train, Dataset HeldOut) HoldOut(Dataset normal, DetectorOptions options)
    {
        var (order, held) = SetAside(
            normal, (int)(normal.Count * options.HeldOut), new Philox(options.Seed).FoldIn(Streams.HoldOut));
        return (normal.Select(order.AsSpan(held)), normal.Select($"{normal.Name} (held out)", order.AsSpan(0, held)));
    }

    /// <summary>
    /// Samples in random order, and how many of the first are set aside, of so many wanted: whole groups where there are some, of windows
    /// whole stretches of time.
    /// </summary>
    internal static (int[] Order, int Aside) SetAside(Dataset normal, int wanted, Philox random)
    {
        if (normal.Windows is not null && wanted > 0 && normal.Groups?.Distinct().Skip(1).Any() != true)
        {
            return normal.SetWindowsAside(wanted, random);
        }

        int[] order = random.Permutation(normal.Count);
        if (normal.Groups is not { } groups || wanted == 0)
        {
            return (order, wanted);
        }

        var whole = HeldOutGroups(normal, wanted, random.FoldIn(Groups));
        return ([.. order.OrderBy(i => !whole.Contains(groups[i]))], groups.Count(whole.Contains));
    }

    /// <summary>
    /// Groups in random order, each taken if that brings the number of samples nearer to the one wanted; the smallest when all are too
    /// large.
    /// </summary>
    private static HashSet<string> HeldOutGroups(Dataset normal, int wanted, Philox random)
    {
        KeyValuePair<string, int>[] sizes = [.. normal.Groups!.CountBy(g => g)];
        if (sizes.Length < 2)
        {
            throw new InputException(normal.Name, $"expected at least 2 groups, so that one can be held out, found 1 (\"{sizes[0].Key}\")");
        }

        var (taken, held) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (int i in random.Permutation(sizes.Length))
        {
            if (Math.Abs(held + sizes[i].Value - wanted) < wanted - held && taken.Count < sizes.Length - 1)
            {
                taken.Add(sizes[i].Key);
                held += sizes[i].Value;
            }
        }

        return taken.Count > 0 ? taken : [sizes.MinBy(s => s.Value).Key];
    }
}
