using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Nodes whose results are known when the file is read: the arithmetic on sizes that exporters write.</summary>
internal static class Folding
{
    private static readonly Dictionary<string, Func<Operation, Constant?>> Functions = new(StringComparer.Ordinal)
    {
        ["Constant"] = Value,
        ["ConstantOfShape"] = op => Filled(op, op.Whole(0)),
        ["Shape"] = op => op.Known(0) is { } c ? Cut(op, Constant.Whole([.. c.Sizes.Select(s => (double)s)]))
            : Cut(op, Constant.Whole([.. op.SizesOf(0).Select(s => s switch
            { <= Sizes.Batch => Sizes.PerBatch(s) * Constant.Batch, Sizes.Open => double.NaN, _ => s })])),
        ["Gather"] = Gather,
        ["Slice"] = Slice,
        ["Concat"] = Concat,
        ["Unsqueeze"] = op => Unsqueeze(op, op.Constant(0), op.IntsOrInput("axes", 1)),
        ["Squeeze"] = op => Squeeze(op, op.Constant(0), op.IntsOrInput("axes", 1)),
        ["Reshape"] = op => Reshape(op, op.Constant(0), op.Whole(1)),
        ["Transpose"] = op => op.Constant(0) is var c
            ? c.Transposed(op.Ints("perm") ?? [.. Enumerable.Range(0, c.Sizes.Length).Reverse()]) : c,
        ["Cast"] = Cast,
        ["Add"] = op => Binary(op, (a, b) => a + b),
        ["Sub"] = op => Binary(op, (a, b) => a - b),
        ["Mul"] = op => Binary(op, (a, b) => a * b),
        ["Div"] = op => Binary(op, (a, b) => op.Constant(0).IsWhole && op.Constant(1).IsWhole ? Math.Truncate(a / b) : a / b),
        ["Floor"] = op => Unary(op, Math.Floor),
        ["Ceil"] = op => Unary(op, Math.Ceiling),
        ["Neg"] = op => Unary(op, v => -v),
        ["Sqrt"] = op => Unary(op, Math.Sqrt),
        ["Reciprocal"] = op => Unary(op, v => 1 / v),
        ["Pow"] = op => Binary(op, Math.Pow),
        ["Not"] = op => Unary(op, v => v == 0 ? 1 : 0),
        ["Equal"] = op => Compare(op, (a, b) => a == b),
        ["Greater"] = op => Compare(op, (a, b) => a > b),
        ["GreaterOrEqual"] = op => Compare(op, (a, b) => a >= b),
        ["Less"] = op => Compare(op, (a, b) => a < b),
        ["LessOrEqual"] = op => Compare(op, (a, b) => a <= b),
        ["Where"] = Where,
        ["Range"] = Range,
        ["Expand"] = op => op.Constant(1).ToNumbers().All(Constant.IsNumber) ? Expanded(op, op.Constant(0), op.Whole(1)) : null,
        ["Trilu"] = Triangle,
    };

    /// <summary>The result, if every input is known.</summary>
    internal static Constant? Try(Operation op)
    {
        bool known = op.Type is "Constant" or "Shape"
            || (op.Inputs > 0 && Enumerable.Range(0, op.Inputs).All(i => !op.Has(i) || op.Known(i) is not null));
        return known && Functions.TryGetValue(op.Type, out var function) ? function(op) : null;
    }

    /// <summary>A size that is open, or depends on the batch, is none of floats.</summary>
    private static Constant Cast(Operation op)
    {
        var value = op.Constant(0);
        double[] numbers = Array.ConvertAll(value.ToNumbers(), v => value.IsWhole && !Constant.IsNumber(v) ? double.NaN : v);
        return op.Int("to", 0) switch
        {
            1 or 11 => new(value.Sizes, Array.ConvertAll(numbers, v => (float)v)),
            9 => new(value.Sizes, Array.ConvertAll(numbers, v => v == 0 ? 0.0 : double.IsNaN(v) ? v : 1)),
            _ => new(value.Sizes, value.IsWhole ? value.Values : Array.ConvertAll(numbers, Math.Truncate)),
        };
    }

    private static Constant Value(Operation op)
    {
        if (op.Attribute("value")?.T is { } tensor)
        {
            return Constant.Read(op.Builder.Path, tensor);
        }

        return op.Attribute("value_float") is { } f ? new([], new[] { f.F })
            : op.Attribute("value_floats") is { } fs ? new([fs.Floats.Count], fs.Floats.ToArray())
            : op.Attribute("value_int") is { } i ? new([], new[] { (double)i.I })
            : op.Attribute("value_ints") is { } ints ? Constant.Whole([.. ints.Ints.Select(v => (double)v)])
            : throw op.Refuse("expected numbers, found none");
    }

    private static Constant Filled(Operation op, int[] sizes)
    {
        var value = op.Attribute("value")?.T is { } tensor ? Constant.Read(op.Builder.Path, tensor) : new Constant([1], new float[1]);
        return sizes.All(s => s >= 0) && value.Count == 1 && sizes.Aggregate(1.0, (p, s) => p * s) is var count && count <= Constant.Most
            ? value.With(sizes, [.. Enumerable.Repeat(value.ToNumbers()[0], (int)count)])
            : throw op.Refuse($"expected sizes, found {Sizes.Text(sizes)}");
    }

    /// <summary>The axes that a newer version may ask for.</summary>
    private static Constant Cut(Operation op, Constant sizes)
    {
        int start = Position(op.Int("start", 0), sizes.Count), end = Position(op.Int("end", int.MaxValue), sizes.Count);
        return Constant.Whole(sizes.ToNumbers()[start..Math.Max(start, end)]);
    }

    private static int Position(int at, int count) => Math.Clamp(at < 0 ? at + count : at, 0, count);

    private static Constant Gather(Operation op)
    {
        var (values, indices) = (op.Constant(0), op.Constant(1));
        int axis = op.Axis(op.Int("axis", 0), values.Sizes.Length), size = values.Sizes[axis];
        int[] strides = values.Strides();
        int[] one = [.. values.Sizes.Select((s, a) => a == axis ? 1 : s)];
        Constant One(int index) => values.View(one, op.Axis(index, size) * strides[axis], strides);
        return Join(axis, [.. op.Whole(1).Select(One)])
            .Shaped([.. values.Sizes[..axis], .. indices.Sizes, .. values.Sizes[(axis + 1)..]]);
    }

    private static Constant Slice(Operation op)
    {
        var value = op.Constant(0);
        foreach (var (axis, start, length, step) in Slices(op, value.Sizes))
        {
            int[] strides = value.Strides(), steps = [.. strides];
            steps[axis] *= step;
            value = value.View([.. value.Sizes.Select((s, a) => a == axis ? length : s)], start * strides[axis], steps);
        }

        return value;
    }

    /// <summary>What a slice takes of each axis that it names.</summary>
    internal static IEnumerable<(int Axis, int Start, int Length, int Step)> Slices(Operation op, int[] sizes)
    {
        int[] starts = op.IntsOrInput("starts", 1) ?? [], ends = op.IntsOrInput("ends", 2) ?? [];
        int[] axes = op.IntsOrInput("axes", 3) ?? [.. Enumerable.Range(0, starts.Length)];
        int[] steps = op.IntsOrInput("steps", 4) ?? [.. Enumerable.Repeat(1, starts.Length)];
        for (int i = 0; i < starts.Length; i++)
        {
            if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps[i] < 1)
            {
                throw op.Refuse("expected a start, an end and a step of at least 1 for each axis, found others");
            }

            int axis = op.Axis(axes[i], sizes.Length), size = sizes[axis];
            if (starts[i] == 0 && steps[i] == 1 && (ends[i] >= int.MaxValue - 1 || (size >= 0 && ends[i] == size)))
            {
                continue;
            }

            if (size < 0)
            {
                throw op.Refuse($"expected an axis of a fixed size, found axis {axis} of {Sizes.Text(sizes)}");
            }

            int start = Position(starts[i], size), end = Position(ends[i], size);
            yield return (axis, start, Math.Max(0, (end - start + steps[i] - 1) / steps[i]), steps[i]);
        }
    }

    private static Constant Concat(Operation op)
    {
        Constant[] parts = [.. Enumerable.Range(0, op.Inputs).Select(op.Constant)];
        return Join(op.Axis(op.Int("axis", 0), parts[0].Sizes.Length), parts);
    }

    private static Constant Join(int axis, Constant[] parts)
    {
        int[] sizes = [.. parts[0].Sizes];
        sizes[axis] = parts.Sum(p => p.Sizes[axis]);
        int outer = sizes[..axis].Aggregate(1, (p, s) => p * s);
        double[][] numbers = [.. parts.Select(p => p.ToNumbers())];
        return parts[0].With(sizes, [.. Enumerable.Range(0, outer).SelectMany(o => numbers.SelectMany(n =>
            new ArraySegment<double>(n, o * (n.Length / outer), n.Length / outer)))]);
    }

    private static Constant Unsqueeze(Operation op, Constant value, int[]? axes)
    {
        int rank = value.Sizes.Length + (axes?.Length ?? 0);
        int[] ones = [.. (axes ?? []).Select(a => op.Axis(a, rank))];
        var left = new Queue<int>(value.Sizes);
        return value.Shaped([.. Enumerable.Range(0, rank).Select(a => ones.Contains(a) ? 1 : left.Dequeue())]);
    }

    private static Constant Squeeze(Operation op, Constant value, int[]? axes)
    {
        int[]? gone = axes?.Select(a => op.Axis(a, value.Sizes.Length)).ToArray();
        return value.Shaped([.. value.Sizes.Where((s, a) => !(gone?.Contains(a) ?? s == 1))]);
    }

    private static Constant Reshape(Operation op, Constant value, int[] sizes)
    {
        int[] found = [.. sizes.Select((s, a) => s == 0 && a < value.Sizes.Length ? value.Sizes[a] : s)];
        long rest = found.Where(s => s != -1).Aggregate(1L, (p, s) => p * s);
        found = [.. found.Select(s => s == -1 && rest > 0 ? (int)(value.Count / rest) : s)];
        return found.Aggregate(1L, (p, s) => p * s) == value.Count ? value.Shaped(found)
            : throw op.Refuse($"expected a shape of {value.Count} elements, found {Sizes.Text(sizes)}");
    }

    private static Constant Unary(Operation op, Func<double, double> function)
    {
        var value = op.Constant(0);
        return value.With(value.Sizes,
            Array.ConvertAll(value.ToNumbers(), v => value.IsWhole && !Constant.IsNumber(v) ? double.NaN : function(v)));
    }

    /// <summary>A size that is computed from an open one is open. Of the batch there are multiples, and multiples of those.</summary>
    private static Constant Binary(Operation op, Func<double, double, double> function)
    {
        var (a, b) = (op.Constant(0), op.Constant(1));
        bool whole = a.IsWhole && b.IsWhole;
        int[] sizes = Together(op, a, b);
        double[] values = [.. Expanded(op, a, sizes).ToNumbers().Zip(Expanded(op, b, sizes).ToNumbers(), (x, y) =>
            !whole || (Constant.IsNumber(x) && Constant.IsNumber(y)) ? function(x, y) : Size(op.Type, x, y))];
        return (whole ? a : a.IsWhole ? b : a).With(sizes, values);
    }

    private static double Size(string type, double x, double y)
    {
        bool both = Constant.IsOfBatch(x) && Constant.IsOfBatch(y);
        double result = type switch
        {
            "Add" when both || x == 0 || y == 0 => x + y,
            "Sub" when y == 0 => x,
            "Mul" when !both => x * y,
            "Div" => x / y,
            _ => double.NaN,
        };
        bool isMultiple = Constant.IsOfBatch(result) && result % Constant.Batch == 0;
        bool isNumber = double.IsInteger(result) && Math.Abs(result) < int.MaxValue;
        return isMultiple || isNumber ? result : double.NaN;
    }

    /// <summary>1 or 0; a size that depends on the batch is no other number.</summary>
    private static Constant Compare(Operation op, Func<double, double, bool> holds)
    {
        var (a, b) = (op.Constant(0), op.Constant(1));
        int[] sizes = Together(op, a, b);
        return new(sizes, Expanded(op, a, sizes).ToNumbers().Zip(Expanded(op, b, sizes).ToNumbers(), (x, y) =>
            !(a.IsWhole && b.IsWhole) || (Constant.IsNumber(x) && Constant.IsNumber(y)) ? (holds(x, y) ? 1.0 : 0)
                : op.Type == "Equal" && Constant.IsOfBatch(x) != Constant.IsOfBatch(y) && !double.IsNaN(x + y) && Math.Max(x, y) < 1 ? 0
                : double.NaN).ToArray());
    }

    private static Constant Where(Operation op)
    {
        var (condition, a, b) = (op.Constant(0), op.Constant(1), op.Constant(2));
        int[] sizes = Together(op, condition, a, b);
        double[] which = Expanded(op, condition, sizes).ToNumbers(), yes = Expanded(op, a, sizes).ToNumbers();
        double[] no = Expanded(op, b, sizes).ToNumbers();
        return a.With(sizes, [.. which.Select((w, i) => double.IsNaN(w) ? w : w != 0 ? yes[i] : no[i])]);
    }

    private static Constant Range(Operation op)
    {
        double[] numbers = [.. Enumerable.Range(0, 3).Select(i => op.Constant(i).ToNumbers()[0])];
        double count = Math.Max(0, Math.Ceiling((numbers[1] - numbers[0]) / numbers[2]));
        return numbers.All(Constant.IsNumber) && count <= Constant.Most ? op.Constant(0).With([(int)count],
            [.. Enumerable.Range(0, (int)count).Select(i => numbers[0] + (i * numbers[2]))])
            : throw op.Refuse("expected numbers that do not depend on the batch or on an open size, found others");
    }

    private static Constant Triangle(Operation op)
    {
        var value = op.Constant(0);
        int above = op.Has(1) ? op.Whole(1)[0] : 0, rows = value.Sizes[^2], columns = value.Sizes[^1];
        bool upper = op.Int("upper", 1) != 0;
        return value.With(value.Sizes, [.. value.ToNumbers().Select((v, i) =>
            (i % columns) - (i / columns % rows) is var d && (upper ? d >= above : d <= above) ? v : 0)]);
    }

    private static int[] Together(Operation op, params Constant[] all)
    {
        try
        {
            return all.Select(c => Shape.Create(c.Sizes)).Aggregate(Shape.Broadcast).Sizes.ToArray();
        }
        catch (ArgumentException e)
        {
            throw op.Refuse(e.Message, e);
        }
    }

    private static Constant Expanded(Operation op, Constant value, int[] target)
    {
        int[] sizes = Together(op, value, value with { Sizes = target }), strides = value.Strides();
        int more = sizes.Length - value.Sizes.Length;
        return value.View(sizes, 0, [.. sizes.Select((_, a) => a < more || value.Sizes[a - more] == 1 ? 0 : strides[a - more])]);
    }
}
