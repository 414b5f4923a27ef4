using System.Runtime.InteropServices;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace LisNative.Onnx;

/// <summary>Numbers that are known when a file is read: floats, or whole numbers and sizes.</summary>
/// <param name="Sizes">Of its axes.</param>
/// <param name="Values">float[], or double[] for whole numbers.</param>
internal sealed record Constant(int[] Sizes, Array Values)
{
    /// <summary>The size of a batch among whole numbers, of which sizes may be multiples; a size that is open is NaN.</summary>
    internal const double Batch = -1208925819614629174706176.0;      // −2⁸⁰: multiples are exact, and nothing else is as far from 0

    /// <summary>As many as are computed when a file is read.</summary>
    internal const int Most = 1 << 28;

    internal bool IsWhole => Values is double[];

    /// <summary>Whether a number is a size that depends on the batch.</summary>
    internal static bool IsOfBatch(double number) => number <= Batch;

    /// <summary>Whether a number is known now.</summary>
    internal static bool IsNumber(double number) => double.IsFinite(number) && !IsOfBatch(number);

    internal int Count => Values.Length;

    internal static Constant Whole(params double[] values) => new([values.Length], values);

    internal float[] ToFloats() => Values as float[] ?? Array.ConvertAll((double[])Values, v => (float)v);

    internal double[] ToNumbers() => Values as double[] ?? Array.ConvertAll((float[])Values, v => (double)v);

    /// <summary>The same numbers under other sizes.</summary>
    internal Constant Shaped(params int[] sizes) => new(sizes, Values);

    /// <summary>Results of a function of its numbers, of its kind.</summary>
    internal Constant With(int[] sizes, double[] values) => new(sizes, IsWhole ? values : Array.ConvertAll(values, v => (float)v));

    /// <summary>The numbers at a place and steps along each axis.</summary>
    internal Constant View(int[] sizes, int offset, int[] strides)
    {
        int count = Shape.Create(sizes).Count;
        if (count > Most)
        {
            throw new ArgumentException($"expected at most {Most} numbers, found {count}");
        }

        Array values = IsWhole ? new double[count] : new float[count];
        var at = new int[sizes.Length];
        for (int i = 0; i < count; i++)
        {
            Array.Copy(Values, offset, values, i, 1);
            for (int axis = sizes.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++at[axis] < sizes[axis])
                {
                    break;
                }

                offset -= at[axis] * strides[axis];
                at[axis] = 0;
            }
        }

        return new(sizes, values);
    }

    /// <summary>Elements from one position of each axis to the next.</summary>
    internal int[] Strides() => Shape.Create(Sizes).ContiguousStrides();

    internal Constant Transposed(params int[] order)
    {
        int[] strides = Strides();
        return View([.. order.Select(a => Sizes[a])], 0, [.. order.Select(a => strides[a])]);
    }

    internal static string TypeName(int type) =>
        Enum.IsDefined((DataType)type) ? ((DataType)type).ToString().ToUpperInvariant() : $"type {type}";

    /// <summary>The numbers of a file.</summary>
    /// <exception cref="InputException">They are elsewhere, fewer than their sizes say, or of another type.</exception>
    internal static Constant Read(string path, TensorProto tensor)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw new InputException(path, $"expected the numbers of \"{tensor.Name}\" in the file, found them in another "
                + $"({tensor.ExternalData.FirstOrDefault(e => e.Key == "location")?.Value}); saving the model as one file helps");
        }

        int[] sizes = new int[tensor.Dims.Count];
        long count = 1;
        foreach (var (i, size) in tensor.Dims.Index())
        {
            sizes[i] = size is >= 0 and <= int.MaxValue ? (int)size
                : throw new InputException(path, $"expected sizes of \"{tensor.Name}\" from 0 on, found {size}");
            count = Math.Min(count * size, int.MaxValue + 1L);
        }

        var raw = tensor.RawData.Span;
        Array? values = (DataType)tensor.DataType switch
        {
            DataType.Float => raw.IsEmpty ? tensor.FloatData.ToArray() : MemoryMarshal.Cast<byte, float>(raw).ToArray(),
            DataType.Double => Array.ConvertAll(
                raw.IsEmpty ? [.. tensor.DoubleData] : MemoryMarshal.Cast<byte, double>(raw).ToArray(), v => (float)v),
            DataType.Int64 => Array.ConvertAll(
                raw.IsEmpty ? [.. tensor.Int64Data] : MemoryMarshal.Cast<byte, long>(raw).ToArray(), v => (double)v),
            DataType.Int32 when !raw.IsEmpty => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(raw).ToArray(), v => (double)v),
            DataType.Bool or DataType.Uint8 when !raw.IsEmpty => Array.ConvertAll(raw.ToArray(), v => (double)v),
            DataType.Int32 or DataType.Bool or DataType.Uint8 => tensor.Int32Data.Select(v => (double)v).ToArray(),
            _ => null,
        };
        if (values is null)
        {
            throw new InputException(path, $"expected numbers of \"{tensor.Name}\" in single precision (FLOAT), found "
                + $"{TypeName(tensor.DataType)}; exporting the network in single precision helps");
        }

        return values.Length == count ? new(sizes, values) : throw new InputException(path,
            $"expected {count} numbers of \"{tensor.Name}\" [{string.Join(", ", sizes)}], found {values.Length}");
    }
}
