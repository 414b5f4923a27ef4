using LisNative.Layers;

namespace LisNative.Onnx;

/// <summary>Operators on images: convolutions, what normalises them, pooling, padding.</summary>
internal static class ImageOperators
{
    internal static void Convolution(Operation op)
    {
        var weight = op.Constant(1);
        int groups = op.Int("group", 1);
        if (weight.Sizes.Length != 4 || groups < 1 || weight.Sizes[0] % groups != 0 || op.SizesOf(0).Length != 4)
        {
            throw op.Refuse("expected a convolution of images with weights [outputs, inputs, height, width], found "
                + $"{Sizes.Text(op.SizesOf(0))} and {Sizes.Text(weight.Sizes)} in {groups} groups");
        }

        string[] inputs = [op.Computed(0), op.Builder.AddWeight($"{op.Output}.weight", weight.Sizes, weight.ToFloats())];
        if (op.Has(2))
        {
            float[] bias = op.Constant(2).ToFloats();
            inputs = bias.Length == weight.Sizes[0] ? [.. inputs, op.Builder.AddWeight($"{op.Output}.bias", [bias.Length], bias)]
                : throw op.Refuse($"expected {weight.Sizes[0]} biases, found {bias.Length}");
        }

        op.Emit(new ConvolutionNode { Inputs = inputs, Output = op.Output, Window = Steps(op, weight.Sizes[2..]), Groups = groups });
    }

    internal static void Transposed(Operation op)
    {
        var weight = op.Constant(1);
        int groups = op.Int("group", 1);
        if (weight.Sizes.Length != 4 || op.SizesOf(0).Length != 4 || op.Attribute("output_shape") is not null
            || op.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"))
        {
            throw op.Refuse("expected a transposed convolution of images with padding in numbers, found "
                + $"{Sizes.Text(op.SizesOf(0))}, {Sizes.Text(weight.Sizes)} and {op.Text("auto_pad", "output_shape")}");
        }

        string[] inputs = [op.Computed(0), op.Builder.AddWeight($"{op.Output}.weight", weight.Sizes, weight.ToFloats())];
        op.Emit(new TransposedConvolutionNode
        {
            Inputs = op.Has(2) ? [.. inputs, op.Value(2)] : inputs,
            Output = op.Output,
            Window = Steps(op, weight.Sizes[2..]),
            Groups = groups,
            More = op.Ints("output_padding") ?? [0, 0],
        });
    }

    /// <summary>y = (x − mean) · scale / √(variance + epsilon) + bias: one factor and one number for each channel.</summary>
    internal static void BatchNormalization(Operation op)
    {
        double[][] numbers = [.. Enumerable.Range(1, 4).Select(i => op.Constant(i).ToNumbers())];
        int[] sizes = op.SizesOf(0);
        int channels = sizes.Length > 1 ? sizes[1] : 0;
        if (op.Int("training_mode", 0) != 0 || op.Int("spatial", 1) == 0 || numbers.Any(n => n.Length != channels))
        {
            throw op.Refuse($"expected one number for each of {channels} channels, as at inference, found "
                + (op.Int("training_mode", 0) != 0 ? "training mode" : string.Join(", ", numbers.Select(n => n.Length))));
        }

        double epsilon = op.Float("epsilon", 1e-5);
        double[] scale = [.. numbers[0].Zip(numbers[3], (s, v) => s / Math.Sqrt(v + epsilon))];
        double[] offset = [.. numbers[1].Select((b, c) => b - (numbers[2][c] * scale[c]))];
        if (op.Builder.TryScale(op.Computed(0), op.Output, 1, scale, offset))
        {
            return;
        }

        int[] shape = [channels, .. Enumerable.Repeat(1, sizes.Length - 2)];
        string Weight(string name, double[] values) =>
            op.Builder.AddWeight($"{op.Output}.{name}", shape, Array.ConvertAll(values, v => (float)v));
        string scaled = $"{op.Output}.scaled";
        op.Emit(new ArithmeticNode { Inputs = [op.Computed(0), Weight("scale", scale)], Output = scaled, Operation = "multiply" });
        op.Emit(new ArithmeticNode { Inputs = [scaled, Weight("offset", offset)], Output = op.Output, Operation = "add" });
    }

    internal static void Pool(Operation op, bool max) => op.Emit(new PoolNode
    {
        Inputs = [op.Computed(0)],
        Output = op.Output,
        Window = Steps(op, op.Ints("kernel_shape") ?? []) with { Ceiling = op.Int("ceil_mode", 0) != 0 },
        Max = max,
        CountsPadding = op.Int("count_include_pad", 0) != 0,
    });

    internal static void GlobalPool(Operation op, string operation) => op.Emit(new ReduceNode
    {
        Inputs = [op.Computed(0)],
        Output = op.Output,
        Operation = operation,
        Axes = [.. Enumerable.Range(2, Math.Max(0, op.SizesOf(0).Length - 2))],
        Keep = true,
    });

    internal static void LocalNormalization(Operation op) => op.Emit(new LocalResponseNormNode
    {
        Inputs = [op.Computed(0)],
        Output = op.Output,
        Size = op.Int("size", 0),
        Alpha = op.Float("alpha", 0.0001),
        Beta = op.Float("beta", 0.75),
        Bias = op.Float("bias", 1),
    });

    internal static void Pad(Operation op)
    {
        int[] pads = op.IntsOrInput("pads", 1) ?? [], sizes = op.SizesOf(0);
        int[] axes = op.Has(3) ? op.Whole(3) : [.. Enumerable.Range(0, sizes.Length)];
        if (op.Text("mode", "constant") != "constant" || pads.Length != 2 * axes.Length)
        {
            throw op.Refuse($"expected padding with one number before and after {axes.Length} axes, found the mode "
                + $"\"{op.Text("mode", "constant")}\" and {pads.Length} numbers");
        }

        var (before, after) = (new int[sizes.Length], new int[sizes.Length]);
        foreach (var (i, axis) in axes.Select(a => op.Axis(a, sizes.Length)).Index())
        {
            (before[axis], after[axis]) = (pads[i], pads[i + axes.Length]);
        }

        double value = op.Has(2) ? op.Constant(2).ToNumbers().FirstOrDefault() : op.Float("value", 0);
        op.Emit(new PadNode { Inputs = [op.Computed(0)], Output = op.Output, Before = before, After = after, Value = value });
    }

    /// <summary>To a whole number of times the size, each pixel repeated.</summary>
    internal static void Resize(Operation op)
    {
        int[] sizes = op.SizesOf(0);
        if (op.Has(3) && sizes.Contains(Sizes.Open))
        {
            throw op.Refuse($"expected a fixed height and width, found {Sizes.Text(sizes)}");
        }

        bool old = op.Type == "Upsample" || op.Builder.Version < 11;
        double[] scales = op.Attribute("scales") is { } given ? [.. given.Floats.Select(f => (double)f)]
            : Numbers(op, old ? 1 : 2) is { Length: > 0 } s ? s
            : [.. Numbers(op, 3).Select((size, axis) => axis == 0 && (Constant.IsOfBatch(size) || size == op.Builder.FixedBatch) ? 1
                : axis < sizes.Length ? (double)op.Integer(size) / sizes[axis] : 0)];
        string mode = op.Text("mode", "nearest"), place = op.Text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
        string nearest = op.Text("nearest_mode", old ? "floor" : "round_prefer_floor");
        bool whole = scales.Length == 4 && scales[..2].All(s => s == 1)
            && scales[2..].All(s => s >= 1 && s == Math.Floor(s) && s <= short.MaxValue);
        bool repeats = mode == "nearest" && (place, nearest) switch
        {
            ("half_pixel" or "pytorch_half_pixel", "round_prefer_floor" or "round_prefer_ceil") => true,
            ("asymmetric", "floor") => true,
            ("asymmetric", "round_prefer_floor") => scales.All(s => s <= 2),
            _ => false,
        };
        if (!whole || !repeats || sizes.Length != 4)
        {
            throw op.Refuse("expected pixels repeated a whole number of times (nearest), found the mode "
                + $"\"{mode}\" ({place}, {nearest}) with factors {string.Join(", ", scales)}");
        }

        op.Emit(new UpsampleNode { Inputs = [op.Computed(0)], Output = op.Output, Factors = [(int)scales[2], (int)scales[3]] });
    }

    private static double[] Numbers(Operation op, int input) => op.Has(input) ? op.Constant(input).ToNumbers() : [];

    /// <summary>Strides, dilations and padding.</summary>
    private static Window Steps(Operation op, int[] kernel)
    {
        string automatic = op.Text("auto_pad", "NOTSET");
        int[] pads = op.Ints("pads") ?? [0, 0, 0, 0];
        if (pads.Length != 4 || kernel.Length != 2)
        {
            throw op.Refuse($"expected two axes, found a kernel {Sizes.Text(kernel)} and {pads.Length} numbers of padding");
        }

        return new()
        {
            Kernel = kernel,
            Strides = op.Ints("strides") ?? [1, 1],
            Dilations = op.Ints("dilations") ?? [1, 1],
            Pads = automatic == "VALID" ? [0, 0, 0, 0] : pads,
            Same = automatic switch
            {
                "SAME_UPPER" => Window.Upper,
                "SAME_LOWER" => Window.Lower,
                "NOTSET" or "VALID" or "" => null,
                _ => throw op.Refuse($"expected padding NOTSET, VALID, SAME_UPPER or SAME_LOWER, found {automatic}"),
            },
        };
    }
}
