namespace LisNative;

/// <summary>
/// Whole numbers of any shape on a device: row numbers, classes, what <see cref="Tensor.ArgMax"/> finds. Where a recording has read them,
/// its replays read what they are then: <see cref="Write"/> gives them others.
/// </summary>
/// <remarks>They lie in memory as floats, which are exact up to 16,777,216; nothing greater is taken.</remarks>
public sealed class IndexTensor : IDisposable
{
    internal const int Greatest = 1 << 24;

    /// <summary>Known to be greater than each of them; int.MaxValue where nothing is known.</summary>
    private int below;

    /// <summary>The smallest axis whose positions a recording takes them for.</summary>
    private int bound = int.MaxValue;

    internal IndexTensor(Tensor values, int below) => (Values, this.below) = (values, below);

    /// <summary>Where they are.</summary>
    public Device Device => Values.Device;

    /// <summary>The sizes.</summary>
    public Shape Shape => Values.Shape;

    internal Tensor Values { get; }

    /// <summary>The numbers, innermost axis fastest.</summary>
    public int[] ToArray() => Array.ConvertAll(Values.ToArray<float>(), v => (int)v);

    /// <summary>Overwrites them.</summary>
    /// <exception cref="ArgumentException">There are more or fewer, or one is negative, greater than 16,777,216, or leaves an axis of
    /// which a recording takes positions.</exception>
    public void Write(ReadOnlySpan<int> values)
    {
        int greatest = Check(values, Math.Min(bound, Greatest + 1));
        Values.Write<float>(AsFloats(values));
        below = greatest + 1;
    }

    /// <summary>1 at the position in a new last axis that each number says, else 0: [shape…, classes].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is no position of that axis.</exception>
    public Tensor OneHot(int classes)
    {
        CheckWithin(nameof(OneHot), [classes], 0);
        using Tensor numbers = Tensor.Positions(Device, classes), own = Values.Unsqueeze(-1);
        return Tensor.EqualTo(own, numbers);
    }

    /// <summary>Returns the memory.</summary>
    public void Dispose() => Values.Dispose();

    /// <summary>Shape, device and values.</summary>
    public override string ToString() => $"Index{Values}";

    internal static IndexTensor Create(Device device, ReadOnlySpan<int> values, Shape shape)
    {
        int greatest = Check(values, Greatest + 1);
        return new(device.From<float>(AsFloats(values), shape), greatest + 1);
    }

    /// <summary>Refuses numbers that are no positions of an axis; those of a recording are held to it from now on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is none.</exception>
    internal void CheckWithin(string operation, Shape shape, int axis)
    {
        int size = shape[axis];
        if (Capture.IsRecording)
        {
            bound = Math.Min(bound, size);
        }

        if (below > size && !(Capture.IsRecording && below == int.MaxValue))
        {
            int[] values = [];
            Capture.WithoutRecording(() => values = ToArray());
            int place = Array.FindIndex(values, v => v < 0 || v >= size);
            if (place >= 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(axis), $"{operation}: index {values[place]} (number {place}) is no position of axis {axis} of {shape}, whose "
                    + (size == 0 ? "size is 0" : $"positions are 0 to {size - 1}"));
            }
        }
    }

    /// <summary>The greatest number.</summary>
    private static int Check(ReadOnlySpan<int> values, int end)
    {
        int greatest = -1;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] < 0 || values[i] >= end)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(values), $"Indices: {values[i]} (number {i}) is no index; expected 0 to {end - 1:N0}");
            }

            greatest = Math.Max(greatest, values[i]);
        }

        return greatest;
    }

    private static float[] AsFloats(ReadOnlySpan<int> values)
    {
        var floats = new float[values.Length];
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = values[i];
        }

        return floats;
    }
}
