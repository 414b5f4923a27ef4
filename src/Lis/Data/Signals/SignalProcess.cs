using LisNative.Data.Synthetic;
using LisNative.Random;

namespace LisNative.Data;

/// <summary>A process before noise, as numbers at whole times, linear between.</summary>
/// <param name="Values">Row by row.</param>
/// <param name="Columns">Numbers of a row.</param>
/// <param name="Noise">The deviation of the noise that a sensor adds.</param>
internal sealed record SignalProcess(float[] Values, int Columns, float Noise)
{
    /// <summary>Rows that an autoregressive process forgets its beginning in.</summary>
    private const int Settling = 500;

    private static readonly (string Name, Func<int, Draws, SignalProcess> Draw)[] All =
        [("sines", Sines), ("autoregressive", Autoregressive), ("switching", Switching), ("coupled", Coupled)];

    /// <summary>The kinds of processes.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = [.. All.Select(k => k.Name)];

    internal static SignalProcess Draw(string kind, int rows, Philox random) =>
        Array.Find(All, k => k.Name == kind).Draw?.Invoke(rows, new(random))
        ?? throw new ArgumentException($"SignalProcess: expected one of {string.Join(", ", Kinds)}, found {kind}");

    /// <summary>A column at a time from the first row on.</summary>
    internal float At(double time, int column)
    {
        int row = (int)time, next = Math.Min(row + 1, (Values.Length / Columns) - 1);
        return float.Lerp(Values[(row * Columns) + column], Values[(next * Columns) + column], (float)(time - row));
    }

    /// <summary>Two columns, each a sum of three sines, one of whose periods they share.</summary>
    private static SignalProcess Sines(int rows, Draws draws)
    {
        const int Columns = 2, Terms = 3;
        float shared = draws.Between(40, 80);
        (float Period, float Size, float Phase)[] terms = [.. Enumerable.Range(0, Columns * Terms).Select(i =>
            (i % Terms == 0 ? shared : draws.ByRatio(8, 60), draws.Between(0.4f, 1), draws.Between(0, MathF.Tau)))];
        return new(Numbers(rows, Columns, (row, column) => terms.Skip(column * Terms).Take(Terms)
            .Sum(t => t.Size * Math.Sin((Math.Tau * row / t.Period) + t.Phase))), Columns, 0.15f);
    }

    /// <summary>One column, of second order: it swings by itself, driven by noise.</summary>
    private static SignalProcess Autoregressive(int rows, Draws draws) =>
        new([.. Swinging(rows, draws).Select(v => (float)v)], 1, 0.2f);

    /// <summary>Two columns that swing about one level or another, at one speed or another, for some hundred rows each.</summary>
    private static SignalProcess Switching(int rows, Draws draws)
    {
        const int Columns = 2, Regimes = 3;
        (float Period, float Size, float Level)[] regimes = [.. Enumerable.Range(0, Regimes).Select(r =>
            (draws.ByRatio(10, 50), draws.Between(0.3f, 1), (2 * r) + draws.Between(-0.3f, 0.3f)))];
        var (phase, regime, left) = (new double[rows], new int[rows], 0);
        for (int row = 1; row < rows; row++)
        {
            regime[row] = left-- > 0 ? regime[row - 1] : draws.Whole(0, Regimes - 1);
            left = left < 0 ? draws.Whole(60, 180) : left;
            phase[row] = phase[row - 1] + (Math.Tau / regimes[regime[row]].Period);
        }

        return new(Numbers(rows, Columns, (row, column) =>
        {
            var (_, size, level) = regimes[regime[row]];
            return column == 0 ? level + (size * Math.Sin(phase[row])) : (size * Math.Cos(phase[row])) - (0.5 * level);
        }), Columns, 0.15f);
    }

    /// <summary>Four columns, each a mixture of two swinging processes and a sine, some rows late.</summary>
    private static SignalProcess Coupled(int rows, Draws draws)
    {
        const int Columns = 4, Sources = 3, Latest = 6;
        float period = draws.Between(30, 60);
        double[][] sources =
        [
            Swinging(rows + Latest, draws), Swinging(rows + Latest, draws),
            [.. Enumerable.Range(0, rows + Latest).Select(row => 1.4 * Math.Sin(Math.Tau * row / period))],
        ];
        float[] weights = [.. Enumerable.Range(0, Columns * Sources).Select(_ => draws.Between(-1, 1))];
        int[] late = [.. Enumerable.Range(0, Columns).Select(_ => draws.Whole(0, Latest))];
        return new(Numbers(rows, Columns, (row, column) => Enumerable.Range(0, Sources)
            .Sum(s => weights[(column * Sources) + s] * sources[s][row + late[column]])), Columns, 0.1f);
    }

    /// <summary>x(t) = 2·r·cos(2π / period)·x(t − 1) − r²·x(t − 2) + noise, of deviation 1.</summary>
    private static double[] Swinging(int rows, Draws draws)
    {
        double radius = draws.Between(0.93f, 0.98f), turn = 2 * radius * Math.Cos(Math.Tau / draws.Between(12, 40));
        var noise = draws.Stream();
        double[] values = new double[rows + Settling];
        for (int row = 2; row < values.Length; row++)
        {
            values[row] = (turn * values[row - 1]) - (radius * radius * values[row - 2]) + noise.Normal((ulong)row);
        }

        double deviation = Math.Sqrt(values.Skip(Settling).Average(v => v * v));
        return [.. values.Skip(Settling).Select(v => v / deviation)];
    }

    private static float[] Numbers(int rows, int columns, Func<int, int, double> value) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => (float)value(i / columns, i % columns))];
}
