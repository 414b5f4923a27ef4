using System.Runtime.InteropServices;
using LisNative.Random;

namespace LisNative.Tests.Data;

/// <summary>A table as ADBench has them: normal rows in two clusters, many numbers twice, and anomalies beyond and beside them.</summary>
internal static class LabelledTable
{
    internal const int Columns = 3;

    /// <summary>Row by row.</summary>
    internal static (double[] X, byte[] Y) Draw(int rows, int anomalyEvery, ulong seed)
    {
        var random = new Philox(seed);
        byte[] y = [.. Enumerable.Range(0, rows).Select(i => (byte)(i % anomalyEvery == anomalyEvery - 1 ? 1 : 0))];
        double Value(int i, int j) => (i % 2 == 0 ? 2 : -2) * (y[i] == 0 ? 1 : j == 2 ? -1 : 2)
            + (Math.Round(random.Normal((ulong)((i / 2 * Columns) + j)) * 6) / 4);
        return ([.. Enumerable.Range(0, rows * Columns).Select(e => Value(e / Columns, e % Columns))], y);
    }

    /// <summary>An .npz of X in double precision, the columns first in memory where wanted, and of y.</summary>
    internal static byte[] File(double[] x, byte[] y, bool fortran = false)
    {
        int rows = x.Length / Columns;
        double[] laid = fortran ? [.. Enumerable.Range(0, x.Length).Select(e => x[(e % rows * Columns) + (e / rows)])] : x;
        return FileFormats.Npz(("X", FileFormats.Npy("<f8", $"{rows}, {Columns}", Bytes(laid), fortran)),
            ("y", FileFormats.Npy("|u1", $"{y.Length},", y)));
    }

    internal static byte[] Bytes<T>(params T[] values)
        where T : struct => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
