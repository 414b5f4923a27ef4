namespace LisNative;

/// <summary>
/// Whole numbers of any shape on a device: row numbers, classes, what <see cref="Tensor.ArgMax"/> finds. Where a recording has read them,
/// its replays read what they are then: <see cref="Write"/> gives them others.
/// </summary>
/// <remarks>They lie in memory as floats, which are exact up to 16,777,216; nothing greater is taken.</remarks>
public sealed class IndexTensor : IDisposable
{
    internal const int Greatest = 1 << 24;

    /// <summary>A bound that each of them is below; int.MaxValue where none is known.</summary>
    private int below;

    /// <summary>The smallest axis whose positions a recording takes them for.</summary>
    private int bound = int.MaxValue;

    internal IndexTensor(Tensor values, int below) => (Values, this.below) = (values, below);

    /// <summary>Where they are.</summary>
    public Device Device => Values.Device;

    /// <summary>The sizes.</summary>
    public Shape Shape => Values.Shape;

    internal Tensor Values { get; }

    /// <summary>
    /// Numbers that the device made. Each use checks that they are positions of its axis; in a recording, those that are not read NaN.
    /// </summary>
    /// <param name="values">Whole numbers, which this takes over.</param>
    internal static IndexTensor Of(Tensor values) => new(values, int.MaxValue);

    /// <summary>The numbers, innermost axis fastest.</summary>
    public int[] ToArray() => Array.ConvertAll(Values.ToArray<float>(), v => (int)v);

    /// <summary>Overwrites them.</summary>
    /// <exception cref="ArgumentException">There are more or fewer, or one is negative, greater than 16,777,216, or leaves an axis of
    /// which a recording takes positions.</exception>
    public void Write(ReadOnlySpan<int> values)
    {
        int greatest = Check(values, Math.Min(bound, Greatest + 1));
        Values.Write<float>([.. values]);
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
        return new(device.From<float>([.. values], shape), greatest + 1);
    }

    /// <summary>Refuses numbers that are no positions of an axis; in a recording, later ones, too (<see cref="Write"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is none.</exception>
    internal void CheckWithin(string operation, Shape shape, int axis)
    {
        int size = shape[axis];
        if (Device.Kernels.Backend is ISymbolicBackend symbolic && symbolic.IsSymbolic(Values))
        {
            return;
        }

        if (Capture.IsRecording)
        {
            bound = Math.Min(bound, size);
        }

        if (below > size && !(Capture.IsRecording && below == int.MaxValue))
        {
            float[] values = [];
            Capture.WithoutRecording(() => values = Values.ToArray());
            int place = Array.FindIndex(values, v => !(v >= 0 && v < size && float.IsInteger(v)));
            if (place >= 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(axis), $"{operation}: index {values[place]} (number {place}) is no position of axis {axis} of {shape}, whose "
                    + (size == 0 ? "size is 0" : $"positions are 0 to {size - 1}"));
            }
        }
    }

    /// <summary>
    /// Turns positions within lines, [lines, K], into positions among all elements of those lines, for as many lines at once as keeps the
    /// numbers exact.
    /// </summary>
    /// <param name="numbers">These, contiguous.</param>
    /// <param name="size">Of a line.</param>
    /// <param name="use">Takes the first line, how many there are, and the places.</param>
    internal void ByPlace(Tensor numbers, int size, Action<int, int, Tensor> use)
    {
        int most = Math.Max(1, Greatest / Math.Max(1, size));
        for (int first = 0; first < numbers.Shape[0] && numbers.Count > 0; first += most)
        {
            int lines = Math.Min(most, numbers.Shape[0] - first);
            using var scope = new Memory.Scope();
            Tensor own = numbers.Slice(0, first, lines), places = own + (Tensor.Positions(Device, lines).Reshape(lines, 1) * size);
            if (below == int.MaxValue)
            {
                // What leaves its line is no place at all, instead of one in another line.
                Tensor inside = (own >= 0) * (own < size);
                places = (places * inside) + (inside - 1);
            }

            use(first, lines, places.Reshape(-1));
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
}
