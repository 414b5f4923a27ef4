namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>Another handle to the same elements, disposed on its own; it expects reuse if this does.</summary>
    public Tensor Alias() => Sharing(View(Shape, strides, Offset));

    /// <summary>The axes in another order: axis i of the result is axis order[i] of this.</summary>
    /// <exception cref="ArgumentException">The order is not a permutation of the axes.</exception>
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        int[] sizes = new int[Shape.Rank], steps = new int[Shape.Rank];
        var used = new bool[Shape.Rank];
        bool valid = order.Length == Shape.Rank;
        for (int i = 0; i < order.Length && valid; i++)
        {
            int axis = order[i];
            valid = axis >= 0 && axis < Shape.Rank && !used[axis];
            if (valid)
            {
                (sizes[i], steps[i], used[axis]) = (Shape[axis], strides[axis], true);
            }
        }

        return valid ? View(Shape.Create(sizes), steps, Offset)
            : throw new ArgumentException($"Permute: [{string.Join(", ", order.ToArray())}] is not an order of the axes of {Shape}");
    }

    /// <summary>The last two axes exchanged; it expects reuse if this does.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public Tensor Transpose()
    {
        if (Shape.Rank < 2)
        {
            throw new ArgumentException($"Transpose: {Shape} has fewer than two axes");
        }

        int[] sizes = Shape.Sizes.ToArray(), steps = [.. strides];
        (sizes[^1], sizes[^2], steps[^1], steps[^2]) = (sizes[^2], sizes[^1], steps[^2], steps[^1]);
        return Sharing(View(Shape.Create(sizes), steps, Offset));
    }

    /// <summary>A view of all its elements has what a backend prepared of them.</summary>
    private Tensor Sharing(Tensor view)
    {
        view.Prepared = Prepared;
        return view;
    }

    /// <summary><paramref name="length"/> positions of one axis, from <paramref name="start"/>, every <paramref name="step"/>-th.</summary>
    /// <exception cref="ArgumentException">The range leaves the axis.</exception>
    public Tensor Slice(int axis, int start, int length, int step = 1)
    {
        axis = Shape.Axis(axis);
        if (start < 0 || length < 0 || step < 1 || (length > 0 && start + ((long)(length - 1) * step) >= Shape[axis]))
        {
            throw new ArgumentException($"Slice: {length} from {start} by {step} leaves axis {axis} of {Shape}");
        }

        var sizes = Shape.Sizes.ToArray();
        var steps = strides.ToArray();
        sizes[axis] = length;
        steps[axis] *= step;
        return View(Shape.Create(sizes), steps, Offset + (length > 0 ? start * strides[axis] : 0));
    }

    /// <summary>The given axes read backwards.</summary>
    /// <exception cref="ArgumentException">An axis is named twice.</exception>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        var steps = strides.ToArray();
        int offset = Offset;
        foreach (int a in axes)
        {
            int axis = Shape.Axis(a);
            if (steps[axis] != strides[axis])
            {
                throw new ArgumentException($"Flip: axis {axis} of {Shape} is named twice");
            }

            offset += Math.Max(0, Shape[axis] - 1) * strides[axis];
            steps[axis] = -steps[axis];
        }

        return View(Shape, steps, offset);
    }

    /// <summary>Broadcast to a larger shape without copying.</summary>
    /// <exception cref="ArgumentException">An axis that is not 1 would have to change.</exception>
    public Tensor Expand(Shape shape)
    {
        if (shape == Shape)
        {
            return Alias();
        }

        if (!Shape.TryBroadcast(Shape, shape, out var both) || both != shape)
        {
            throw new ArgumentException($"Expand: {Shape} does not broadcast to {shape}");
        }

        var steps = new int[shape.Rank];
        for (int i = 1; i <= Shape.Rank; i++)
        {
            steps[^i] = Shape[^i] == 1 ? 0 : strides[^i];
        }

        return View(shape, steps, Offset);
    }

    /// <summary>
    /// The same elements under another shape; a view where the layout allows it, else a copy. One size may be −1: what is left.
    /// </summary>
    /// <exception cref="ArgumentException">The numbers of elements differ.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> sizes)
    {
        int[] wanted = sizes.ToArray();
        int open = Array.IndexOf(wanted, -1);
        if (wanted.AsSpan().ContainsAnyExceptInRange(-1, int.MaxValue) || wanted.AsSpan().Count(-1) > 1)
        {
            throw new ArgumentException(
                $"Reshape: {Shape} to [{string.Join(", ", wanted)}]: expected sizes, of which one may be -1 for what is left");
        }

        if (open >= 0)
        {
            wanted[open] = 1;
            int rest = Shape.Create(wanted).Count;
            wanted[open] = rest == 0 ? 0 : Count / rest;
        }

        var shape = Shape.Create(wanted);
        if (shape.Count != Count)
        {
            throw new ArgumentException(
                $"Reshape: {Shape} has {Count} elements, which [{string.Join(", ", sizes.ToArray())}] does not hold");
        }

        if (Layout.Reshape(Shape, strides, shape) is { } steps)
        {
            return View(shape, steps, Offset);
        }

        using var copy = Contiguous();
        return copy.View(shape, shape.ContiguousStrides(), 0);
    }

    /// <summary>
    /// A view of a run of elements that has the shape and, where that is dense, the memory order of this tensor: nothing has to be
    /// reordered between the two.
    /// </summary>
    internal Tensor LaidOver(Tensor run)
    {
        int[] axes = Layout.OutermostFirst(strides);
        using var ordered = run.Reshape([.. axes.Select(axis => Shape[axis])]);
        return ordered.Permute(Layout.Inverse(axes));
    }

    /// <summary>A contiguous tensor of the same elements: another handle if this is one, else a copy.</summary>
    public Tensor Contiguous()
    {
        if (IsContiguous)
        {
            return Alias();
        }

        var result = Device.Empty(Shape);
        Device.Kernels.Copy(this, result);
        return result;
    }
}
