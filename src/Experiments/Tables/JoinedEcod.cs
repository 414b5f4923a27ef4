using LisNative.Scoring;

namespace LisNative.Experiments;

/// <summary>
/// ECOD as published figures have it: the shares are of training and test samples together, so that a score depends on what else is
/// tested, which no detector here may; and each number counts by its greatest tail. To compare with such figures alone.
/// </summary>
internal static class JoinedEcod
{
    internal static TableFigures Measure(TaskData task)
    {
        var joined = task.Normal.Concat(task.TestNormal).Concat(task.TestAnomalies);
        var scores = new double[joined.Count];
        double[] all = joined.ToDoubles();
        int d = joined.SampleShape.Count, first = task.Normal.Count;
        for (int j = 0; j < d; j++)
        {
            double[] column = [.. Enumerable.Range(0, joined.Count).Select(i => all[(i * d) + j])], sorted = [.. column.Order()];
            double mean = column.Average(), skewness = sorted[0] == sorted[^1] ? 0 : column.Sum(x => Math.Pow(x - mean, 3));
            var (upTo, from) = (new Dictionary<double, int>(), new Dictionary<double, int>());
            foreach (var (i, x) in sorted.Index())
            {
                upTo[x] = i + 1;
                from.TryAdd(x, sorted.Length - i);
            }

            foreach (var (i, x) in column.Index())
            {
                double left = -Math.Log(upTo[x] / (double)sorted.Length), right = -Math.Log(from[x] / (double)sorted.Length);
                scores[i] += skewness == 0 ? left + right : Math.Max(left, right);
            }
        }

        float[] normal = Of(first, task.TestNormal.Count), anomalies = Of(first + task.TestNormal.Count, task.TestAnomalies.Count);
        return new(Metrics.Auc(normal, anomalies), double.NaN, Metrics.AveragePrecision(normal, anomalies), double.NaN, 1);

        float[] Of(int start, int count) => [.. scores.Skip(start).Take(count).Select(s => (float)s)];
    }
}
