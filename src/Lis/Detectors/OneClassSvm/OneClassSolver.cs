namespace LisNative.Numerics;

/// <summary>
/// Minimises ½·αᵀKα over 0 ≤ αᵢ ≤ 1, Σα = ν·n by sequential minimal optimisation, the pair chosen by second-order information (Fan, Chen,
/// Lin 2005), from rows of a kernel with k(x, x) = 1.
/// </summary>
internal static class OneClassSolver
{
    private const double Tolerance = 1e-3, Tiny = 1e-12;

    /// <summary>
    /// α and the offset ρ: Kα at the samples that lie exactly on the boundary. It tells the number of steps now and then.
    /// </summary>
    internal static (double[] Alpha, double Rho) Solve(int count, double nu, Func<int, float[]> row, Action<int> report)
    {
        double[] alpha = new double[count], gradient = new double[count];
        double left = nu * count;
        for (int i = 0; left > 0; i++)
        {
            alpha[i] = Math.Min(1, left);
            left -= alpha[i];
            Add(gradient, alpha[i], row(i));
            report(0);
        }

        for (int step = 0; step < 100L * count; step++)
        {
            if (step % 64 == 0)
            {
                report(step);
            }

            int up = Best(gradient, alpha);
            float[] upRow = row(up);
            int down = Partner(gradient, alpha, up, upRow, out double violation);
            if (down < 0 || violation < Tolerance)
            {
                break;
            }

            double curvature = Math.Max(Tiny, 2 - (2.0 * upRow[down]));
            double delta = Math.Min((gradient[down] - gradient[up]) / curvature, Math.Min(1 - alpha[up], alpha[down]));
            alpha[up] += delta;
            alpha[down] -= delta;
            Add(gradient, delta, upRow);
            Add(gradient, -delta, row(down));
        }

        return (alpha, Offset(gradient, alpha));
    }

    /// <summary>Of those that may grow, the one with the least gradient.</summary>
    private static int Best(double[] gradient, double[] alpha)
    {
        int best = -1;
        for (int i = 0; i < alpha.Length; i++)
        {
            if (alpha[i] < 1 && (best < 0 || gradient[i] < gradient[best]))
            {
                best = i;
            }
        }

        return Math.Max(0, best);
    }

    /// <summary>
    /// Of those that may shrink, the one with which the objective falls most; and how far the worst of them violates optimality.
    /// </summary>
    private static int Partner(double[] gradient, double[] alpha, int up, float[] upRow, out double violation)
    {
        (int best, double gain) = (-1, 0);
        violation = 0;
        for (int j = 0; j < alpha.Length; j++)
        {
            double difference = gradient[j] - gradient[up];
            if (alpha[j] > 0 && difference > 0)
            {
                violation = Math.Max(violation, difference);
                double fall = difference * difference / Math.Max(Tiny, 2 - (2.0 * upRow[j]));
                (best, gain) = fall > gain ? (j, fall) : (best, gain);
            }
        }

        return best;
    }

    /// <summary>The mean gradient over free samples; with none, the middle between those at the two bounds.</summary>
    private static double Offset(double[] gradient, double[] alpha)
    {
        int[] free = [.. Enumerable.Range(0, alpha.Length).Where(i => alpha[i] is > 0 and < 1)];
        return free.Length > 0 ? free.Average(i => gradient[i])
            : (gradient.Where((_, i) => alpha[i] >= 1).DefaultIfEmpty(0).Max()
                + gradient.Where((_, i) => alpha[i] <= 0).DefaultIfEmpty(0).Min()) / 2;
    }

    private static void Add(double[] sum, double factor, float[] row)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += factor * row[i];
        }
    }
}
