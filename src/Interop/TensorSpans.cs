using System.Numerics.Tensors;

namespace LisNative.Interop;

/// <summary>
/// LisNative's tensors as those of System.Numerics.Tensors, and the other way; a single number is there one of one axis. Both libraries
/// have a <c>Tensor</c>, and so has ONNX Runtime: a file that uses ours beside one of theirs says
/// <c>using Tensor = LisNative.Tensor;</c>, and <c>Tensor&lt;float&gt;</c> is still theirs.
/// </summary>
public static class TensorSpans
{
    /// <summary>
    /// The values in place, without a copy; of a view as it lies. It may be read until the tensor is disposed or written. Of a device with
    /// memory or precision of its own, and of a flipped view, it is a copy.
    /// </summary>
    public static unsafe ReadOnlyTensorSpan<float> AsTensorSpan(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var (info, shape) = (tensor.Device.Backend.Info, tensor.Shape);
        if (!info.UsesHostMemory || info.ElementSize != sizeof(float) || tensor.Count == 0
            || tensor.Strides.ContainsAnyExceptInRange(0, int.MaxValue))
        {
            return tensor.ToNumerics();
        }

        nint reach = 1;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            reach += (shape[axis] - 1) * (nint)tensor.Strides[axis];
        }

        tensor.Device.Backend.Synchronize();
        return new((float*)tensor.Address + tensor.Offset, reach, Lengths(tensor), Steps(tensor));
    }

    /// <summary>A copy of the values as a tensor of .NET's.</summary>
    public static Tensor<float> ToNumerics(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return System.Numerics.Tensors.Tensor.Create(tensor.ToArray(), Lengths(tensor));
    }

    /// <summary>A tensor with a copy of the values, of whatever layout; of a <c>Tensor&lt;float&gt;</c> too.</summary>
    /// <exception cref="ArgumentException">A size is greater than a tensor's may be.</exception>
    public static Tensor From(this Device device, scoped in ReadOnlyTensorSpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(device);
        int[] sizes = new int[values.Rank];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = values.Lengths[axis] <= int.MaxValue ? (int)values.Lengths[axis]
                : throw new ArgumentException(
                    $"From: axis {axis} has {values.Lengths[axis]:N0} positions; expected {int.MaxValue:N0} at most");
        }

        var dense = new float[checked((int)values.FlattenedLength)];
        values.FlattenTo(dense);
        return device.From(dense, Shape.Create(sizes));
    }

    private static nint[] Lengths(Tensor tensor) =>
        tensor.Shape.Rank == 0 ? [1] : Array.ConvertAll(tensor.Shape.Sizes.ToArray(), size => (nint)size);

    /// <summary>The strides; 0 where an axis has one position, as .NET wants it.</summary>
    private static nint[] Steps(Tensor tensor)
    {
        var steps = new nint[Math.Max(1, tensor.Shape.Rank)];
        for (int axis = 0; axis < tensor.Shape.Rank; axis++)
        {
            steps[axis] = tensor.Shape[axis] == 1 ? 0 : tensor.Strides[axis];
        }

        return steps;
    }
}
