namespace LisNative.Numerics;

/// <summary>Points that others are compared with: kept as columns, with their squared norms.</summary>
internal sealed class PointSet(Tensor columns, Tensor norms)
{
    /// <summary>Copies points given as rows [n, d].</summary>
    internal PointSet(Tensor rows)
        : this(rows.Transpose().Contiguous(), rows.SumOfSquares([1]))
    {
    }

    /// <summary>n.</summary>
    internal int Count => columns.Shape[1];

    /// <summary>d.</summary>
    internal int Length => columns.Shape[0];

    /// <summary>The points, one after another.</summary>
    internal float[] Rows()
    {
        using var rows = columns.Transpose();
        return rows.ToArray();
    }

    /// <summary>
    /// ‖aᵢ − bⱼ‖² = ‖aᵢ‖² + ‖bⱼ‖² − 2·aᵢ·bⱼ of rows a [m, d] with every point b, [m, n]; rounding is kept from making it negative.
    /// </summary>
    internal Var SquaredDistances(Var a) =>
        ((Var.MatMul(a, columns) * -2) + a.Value.SumOfSquares([1], keep: true) + norms).Clamp(0, float.MaxValue);

    /// <summary>What a file keeps.</summary>
    internal (string Name, Tensor Value)[] State => [("points", columns), ("points.norms", norms)];

    /// <summary>Reads points of a known length.</summary>
    /// <exception cref="InputException">They are missing or of another length.</exception>
    internal static PointSet Load(Device device, SafeTensors file, int length)
    {
        int count = file["points.norms"].Shape.Count;
        return new(file.Get("points", [length, count]).ToTensor(device), file.Get("points.norms", [count]).ToTensor(device));
    }
}
