namespace LisNative.Layers;

/// <summary>How a kernel steps over an image, along its height and its width.</summary>
internal sealed record Window
{
    /// <summary>Where an odd pixel of padding goes.</summary>
    internal const string Upper = "upper", Lower = "lower";

    /// <summary>Height and width of the kernel.</summary>
    public required int[] Kernel { get; init; }

    /// <summary>Distance between neighbouring outputs.</summary>
    public int[] Strides { get; init; } = [1, 1];

    /// <summary>Distance between neighbouring taps.</summary>
    public int[] Dilations { get; init; } = [1, 1];

    /// <summary>Pixels added at the top, left, bottom and right.</summary>
    public int[] Pads { get; init; } = [0, 0, 0, 0];

    /// <summary>Padding by size: as many outputs as strides fit, an odd pixel at the end (upper) or the beginning (lower).</summary>
    public string? Same { get; init; }

    /// <summary>Whether a window that the image ends in counts.</summary>
    public bool Ceiling { get; init; }

    /// <summary>The number of outputs along an axis.</summary>
    internal int Output(int axis, int size)
    {
        if (size == Sizes.Open)
        {
            return Sizes.Open;
        }

        var (before, after) = Border(axis, size);
        int stride = Strides[axis], room = before + size + after - Reach(axis);
        int count = ((room + (Ceiling ? stride - 1 : 0)) / stride) + 1;

        // No window begins behind the image.
        return room < 0
            ? throw new ArgumentException($"expected an image at least as large as the kernel, found {size} against {Reach(axis)}")
            : Ceiling && (count - 1) * stride >= size + before ? count - 1 : count;
    }

    /// <summary>Pixels added before and after an axis.</summary>
    internal (int Before, int After) Border(int axis, int size)
    {
        if (Same is null)
        {
            return (Pads[axis], Pads[axis + 2]);
        }

        int outputs = (size + Strides[axis] - 1) / Strides[axis];
        int total = Math.Max(0, ((outputs - 1) * Strides[axis]) + Reach(axis) - size);
        return Same == Upper ? (total / 2, total - (total / 2)) : (total - (total / 2), total / 2);
    }

    /// <summary>The steps over an image of some size.</summary>
    internal ConvGeometry Geometry(int height, int width)
    {
        (int Before, int After) rows = Border(0, height), columns = Border(1, width);
        return new((Strides[0], Strides[1]), new(rows.Before, columns.Before, rows.After, columns.After), (Dilations[0], Dilations[1]));
    }

    /// <summary>Pixels from the first to the last tap.</summary>
    internal int Reach(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;

    /// <summary>Whether there are as many numbers as needed, and none too small or large.</summary>
    internal bool AreInRange
    {
        get
        {
            static bool Are(int[] numbers, int count, int least) =>
                numbers.Length == count && numbers.All(n => n >= least && n <= short.MaxValue);
            return Are(Kernel, 2, 1) && Are(Strides, 2, 1) && Are(Dilations, 2, 1) && Are(Pads, 4, 0) && (Same is null or Upper or Lower);
        }
    }

    /// <summary>The sizes of the result for an image's.</summary>
    /// <exception cref="ArgumentException">The numbers do not fit.</exception>
    internal int[] Infer(int[] image, int channels)
    {
        Sizes.CheckImages(image);
        return AreInRange && image.All(s => s <= Sizes.Most) ? [Sizes.Batch, channels, Output(0, image[2]), Output(1, image[3])]
            : throw new ArgumentException("expected a kernel, strides and dilations of at least 1 and pads of at least 0, found "
                + $"{Sizes.Text(Kernel)}, {Sizes.Text(Strides)}, {Sizes.Text(Dilations)} and {Sizes.Text(Pads)} for {Sizes.Text(image)}");
    }
}
