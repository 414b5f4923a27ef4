using System.Runtime.InteropServices;

namespace LisNative;

public sealed partial class Device
{
    /// <summary>A tensor of the values and the shape of an array of float or double, as <c>float[]</c> or <c>float[,]</c>.</summary>
    /// <exception cref="ArgumentException">It has elements of another type.</exception>
    public Tensor From(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Shape shape = [.. Enumerable.Range(0, values.Rank).Select(values.GetLength)];
        var type = values.GetType().GetElementType()!;
        return type == typeof(float) ? From<float>(Elements<float>(values), shape)
            : type == typeof(double) ? From<double>(Elements<double>(values), shape)
            : throw new ArgumentException(
                $"From: an array of {type.Name}; expected float or double{(type == typeof(int) ? "; Indices takes whole numbers" : "")}");
    }

    /// <summary>Whole numbers, innermost axis fastest, as row numbers and classes are.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape, or one is negative or greater than
    /// 16,777,216.</exception>
    public IndexTensor Indices(ReadOnlySpan<int> values, Shape shape) => IndexTensor.Create(this, values, shape);

    /// <inheritdoc cref="Indices(ReadOnlySpan{int}, Shape)"/>
    public IndexTensor Indices(int[] values, Shape shape) => IndexTensor.Create(this, values, shape);

    /// <summary>Whole numbers in a row.</summary>
    /// <exception cref="ArgumentException">One is negative or greater than 16,777,216.</exception>
    public IndexTensor Indices(params int[] values) => Indices(values, [values.Length]);

    /// <summary>The elements of an array of any rank.</summary>
    internal static Span<T> Elements<T>(Array values) where T : unmanaged =>
        MemoryMarshal.CreateSpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)),
            values.Length);
}
