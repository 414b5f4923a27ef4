using LisNative.Memory;
using static LisNative.Onnx.OnnxGraph;

namespace LisNative.Onnx;

// What the memory of the tensors holds: a value of the graph, numbers that are known, or parts of which some are the one, some the other.
internal sealed partial class TracingBackend
{
    /// <summary>Known as a whole, with the number that fills it, if there is one.</summary>
    private readonly Dictionary<Block, (Tensor? Whole, double? Number)> known = [];

    /// <summary>The parts so far of results that are written part by part, as by joining; a part without a name is known.</summary>
    private readonly Dictionary<Block, List<(Tensor Place, string? Name)>> parts = [];

    private bool IsTraced(Tensor x)
    {
        bool isPart = parts.TryGetValue(x.Block, out var some) && some.Exists(p => p.Name is not null);
        return !isPart ? traced.ContainsKey(x.Block)
            : throw new NotSupportedException($"ONNX export: expected results that fill their memory, found part of {x.Block.Used} bytes");
    }

    private bool FillsItsMemory(Tensor y) => (long)y.Count * Info.ElementSize == y.Block.Used;

    private void Forget(Tensor y)
    {
        traced.Remove(y.Block);
        parts.Remove(y.Block);
        known.Remove(y.Block);
    }

    /// <summary>Numbers were computed, the same for any input.</summary>
    private void Known(Tensor y, double? number = null)
    {
        if (!FillsItsMemory(y))
        {
            KnownPart(y);
            return;
        }

        Forget(y);
        known[y.Block] = (number is null ? null : y.Alias(), number);
    }

    private void KnownPart(Tensor y)
    {
        if (traced.ContainsKey(y.Block))
        {
            throw WrittenOver(y);
        }

        if (known.ContainsKey(y.Block))
        {
            known[y.Block] = default;
        }
        else
        {
            Add(y, null);
        }
    }

    private static NotSupportedException WrittenOver(Tensor part) =>
        new($"ONNX export: expected results that are computed once, found part {part.Shape} of one written over");

    /// <summary>
    /// Writes down a part of a result; with the last one, that they follow one another along an axis. A part of what one number filled is
    /// padded with it.
    /// </summary>
    private void Join(Tensor place, string name)
    {
        if (traced.ContainsKey(place.Block) || (known.TryGetValue(place.Block, out var filled) && filled.Number is null))
        {
            throw WrittenOver(place);
        }

        if (filled is ({ } whole, { } number))
        {
            var padded = new Traced(Padded(name, place, whole, number), whole);
            Forget(place);
            traced[place.Block] = padded;
            return;
        }

        Add(place, name);
    }

    private void Add(Tensor place, string? name)
    {
        if (!parts.TryGetValue(place.Block, out var some))
        {
            some = parts[place.Block] = [];
        }

        some.Add((place.Alias(), name));
        if (some.Sum(p => (long)p.Place.Count) * Info.ElementSize < place.Block.Used)
        {
            return;
        }

        Forget(place);
        if (some.Find(p => p.Name is not null).Name is not { } computed)
        {
            return;
        }

        var first = some[0].Place;
        int axis = Enumerable.Range(0, first.Shape.Rank).FirstOrDefault(a => Follow(some, a), -1);
        int[] sizes = axis >= 0 ? first.Shape.Sizes.ToArray()
            : throw new NotSupportedException("ONNX export: expected parts of a result one after another along an axis, found others");
        sizes[axis] = some.Sum(p => p.Place.Shape[axis]);
        string[] all = [.. some.Select(p => p.Name ?? OfBatch(p.Place, computed))];
        traced[place.Block] = new(
            all.Length == 1 ? all[0] : graph.Node("Concat", all, Attribute("axis", axis)), Shape.Create(sizes), first);
        some.ForEach(p => p.Place.Dispose());
    }

    /// <summary>Whether each part begins where the one before it ends.</summary>
    private static bool Follow(List<(Tensor Place, string? Name)> parts, int axis) => parts.Zip(parts.Skip(1)).All(p =>
        p.First.Place is var a && p.Second.Place is var b && a.Offset + (a.Shape[axis] * a.Strides[axis]) == b.Offset
        && a.Strides.SequenceEqual(b.Strides) && a.Shape.Without(axis) == b.Shape.Without(axis));

    /// <summary>Numbers that are the same for each sample, for as many as a value has.</summary>
    private string OfBatch(Tensor x, string value) => x.Shape.Rank == 0 || x.Shape[0] != graph.Batch ? Constant(x)
        : graph.Node("Expand", [Constant(x), SizesOfBatch(x, value)]);

    /// <summary>The sizes of a tensor with as many samples as a value has.</summary>
    private string SizesOfBatch(Tensor x, string value) => graph.Node("Concat",
        [graph.Node("Shape", [value], Attribute("start", 0), Attribute("end", 1)), graph.Integers([.. x.Shape.Sizes[1..]])],
        Attribute("axis", 0));

    /// <summary>A value among copies of a number.</summary>
    private string Padded(string name, Tensor place, Tensor whole, double number)
    {
        int rest = place.Offset - whole.Offset, rank = whole.Shape.Rank;
        long[] pads = new long[2 * rank];
        bool fits = place.Shape.Rank == rank
            && Enumerable.Range(0, rank).All(a => place.Shape[a] == 1 || place.Strides[a] == whole.Strides[a]);
        foreach (int axis in fits ? Layout.OutermostFirst(whole.Strides.ToArray()) : [])
        {
            (int before, rest) = whole.Shape[axis] > 1 ? Math.DivRem(rest, whole.Strides[axis]) : (0, rest);
            (pads[axis], pads[rank + axis]) = (before, whole.Shape[axis] - before - place.Shape[axis]);
        }

        return fits && pads.Min() >= 0 ? graph.Node("Pad", [name, graph.Integers(pads), graph.Scalar(number)])
            : throw new NotSupportedException($"ONNX export: expected a part without gaps, found {place.Shape} with strides "
                + $"{string.Join(", ", place.Strides.ToArray())} of {whole.Shape}");
    }
}
