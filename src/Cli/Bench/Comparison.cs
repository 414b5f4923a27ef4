namespace LisNative.Cli.Bench;

/// <summary>A case's times before and after a change, and whether they differ by more than noise.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Old">Milliseconds: the geometric mean of the processes' medians.</param>
/// <param name="New">The same of the new ones.</param>
/// <param name="Spread">Of the processes' medians on a side; where a side has one process, of its runs. A share.</param>
/// <param name="Noise">A difference of logarithms up to this says nothing.</param>
internal sealed record Comparison(string Case, double Old, double New, double Spread, double Noise)
{
    /// <summary>What no one acts on; and what the place of memory alone makes of one process beside another.</summary>
    private const double Least = 0.01, LeastOfOne = 0.05;

    /// <summary>How many deviations still are noise.</summary>
    private const double Deviations = 3;

    /// <summary>Student's t that one comparison in 200 of the same exceeds, for 2, 3, … degrees of freedom.</summary>
    private static readonly double[] Student = [14.09, 7.45, 5.60, 4.77, 4.32, 4.03, 3.83, 3.69, 3.58];

    internal double Ratio => New / Old;

    internal string Verdict => Math.Abs(Math.Log(Ratio)) <= Noise ? "same" : Ratio > 1 ? "slower" : "faster";

    /// <summary>Compares every case that both files have, in the order of the new one.</summary>
    internal static Comparison[] All(ResultFile before, ResultFile after)
    {
        string[] common = [.. after.Cases.Keys.Where(before.Cases.ContainsKey)];
        double scatter = common.Length == 0 ? 0
            : Robust.Deviation([.. common.Select(c => Logarithms(after.Cases[c]).Average() - Logarithms(before.Cases[c]).Average())]);
        var drift = before.Drift(after);
        return [.. common.Select(c => Of(c, before.Cases[c], after.Cases[c], scatter, drift))];
    }

    /// <summary>Compares one.</summary>
    /// <param name="name">The case's.</param>
    /// <param name="old">Milliseconds of its runs, by processes.</param>
    /// <param name="new">The same of the new ones.</param>
    /// <param name="scatter">The deviation of all cases' differences: where most moved, this one did not by itself.</param>
    /// <param name="drift">How far the machine moved between the files, and within a process.</param>
    private static Comparison Of(
        string name, List<double[]> old, List<double[]> @new, double scatter, (double Between, double Within) drift)
    {
        double[] before = Logarithms(old), after = Logarithms(@new);
        int freedom = before.Length + after.Length - 2;
        bool many = before.Length > 1 && after.Length > 1;
        double spread = many ? Math.Sqrt((Squares(before) + Squares(after)) / freedom) : Math.Max(Runs(old), Runs(@new));
        double factor = many ? Student[Math.Min(freedom - 2, Student.Length - 1)] : Deviations,
            own = factor * spread * Math.Sqrt((1.0 / before.Length) + (1.0 / after.Length));
        double noise = Math.Max(many ? Least : LeastOfOne, Math.Max(own, Deviations * scatter)) + drift.Between + (many ? 0 : drift.Within);
        return new(name, Math.Exp(before.Average()), Math.Exp(after.Average()), spread, noise);
    }

    private static double[] Logarithms(IEnumerable<double[]> processes) => [.. processes.Select(p => Math.Log(Robust.Median(p)))];

    private static double Squares(double[] values) => values.Sum(v => (v - values.Average()) * (v - values.Average()));

    private static double Runs(IEnumerable<double[]> processes) => processes.Max(p => Robust.Deviation([.. p.Select(ms => Math.Log(ms))]));
}
