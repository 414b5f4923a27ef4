using System.Globalization;
using System.Text;

namespace LisNative;

public sealed partial class Tensor
{
    /// <summary>A tensor of more elements shows only the ends of each axis, and so many positions of each end.</summary>
    private const int Shown = 1000, Ends = 3;

    /// <summary>
    /// Shape, device and the values in columns, to four decimals; of many the ends of each axis. Without values if it was disposed, or
    /// while something is recorded.
    /// </summary>
    public override string ToString()
    {
        string name = $"Tensor {Shape} on {Device}";
        if (Volatile.Read(ref block) is null)
        {
            return $"{name}, disposed";
        }

        if (Count == 0 || Capture.IsRecording)
        {
            return name;
        }

        try
        {
            using var shown = Count <= Shown ? Alias() : WithoutMiddles();
            var text = new StringBuilder(name).AppendLine();
            Print(text, Cells(shown.ToArray<double>()), shown.Shape.Sizes, Shape.Sizes, 0);
            return text.ToString();
        }
        catch (ObjectDisposedException)
        {
            return $"{name}, which was disposed";
        }
    }

    /// <summary>The ends of each axis that is longer than they.</summary>
    private Tensor WithoutMiddles()
    {
        var shown = Alias();
        for (int axis = 0; axis < Shape.Rank; axis++)
        {
            if (Shape[axis] > 2 * Ends)
            {
                using var whole = shown;
                using Tensor first = whole.Slice(axis, 0, Ends), last = whole.Slice(axis, Shape[axis] - Ends, Ends);
                shown = Concat(axis, first, last);
            }
        }

        return shown;
    }

    /// <summary>The values as text of one width.</summary>
    private static string[] Cells(double[] values)
    {
        double[] sizes = [.. values.Where(v => double.IsFinite(v) && v != 0).Select(Math.Abs)];
        int decimals = 0;
        while (decimals < 4 && sizes.Any(v => Math.Abs(Math.Round(v, decimals) - v) > 5e-5))
        {
            decimals++;
        }

        string format = sizes.Length > 0 && (sizes.Max() >= 1e6 || sizes.Min() < 1e-3) ? "0.0000e+00" : $"F{decimals}";
        string[] cells = [.. values.Select(v => double.IsNaN(v) ? "nan" : double.IsInfinity(v) ? (v > 0 ? "inf" : "-inf")
            : v.ToString(format, CultureInfo.InvariantCulture))];
        int width = cells.Max(c => c.Length);
        return Array.ConvertAll(cells, c => c.PadLeft(width));
    }

    /// <summary>One axis in brackets: of the innermost a line of cells, or more if they are many; else what is inside.</summary>
    private static void Print(StringBuilder text, ReadOnlySpan<string> cells, ReadOnlySpan<int> sizes, ReadOnlySpan<int> whole, int depth)
    {
        const int Columns = 100;
        if (sizes.IsEmpty)
        {
            text.Append(cells[0]);
            return;
        }

        int each = cells.Length / sizes[0], line = sizes.Length > 1 ? 1 : Math.Max(1, (Columns - depth) / (cells[0].Length + 2));
        string between = $"{new string('\n', Math.Max(1, sizes.Length - 1))}{new string(' ', depth + 1)}";
        text.Append('[');
        for (int i = 0; i < sizes[0]; i++)
        {
            text.Append(i == 0 ? "" : i % line == 0 ? $",{between}" : ", ");
            text.Append(i == Ends && sizes[0] < whole[0] ? sizes.Length > 1 ? $"…{between}" : "…, " : "");
            Print(text, cells.Slice(i * each, each), sizes[1..], whole[1..], depth + 1);
        }

        text.Append(']');
    }
}
