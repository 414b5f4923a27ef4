namespace LisNative.Data.Synthetic;

/// <summary>A window of a signal, row by row, in which a stretch of some columns is changed.</summary>
internal sealed class SignalWindow
{
    /// <summary>A row is scored by the window that ends with it, so that most faults go on to its end.</summary>
    private const float Ongoing = 0.8f;

    private readonly float[] values, means, deviations;
    private readonly int columns;
    private readonly bool[] chosen;
    private readonly int end;
    private int first;

    /// <summary>
    /// A window that will be changed. The draws choose a stretch, which mostly goes on to the end, and one column or more.
    /// </summary>
    internal SignalWindow(float[] values, float[] means, float[] deviations, Draws draws)
    {
        (this.values, this.means, this.deviations, columns) = (values, means, deviations, deviations.Length);
        int length = values.Length / columns;
        first = draws.Whole(0, length - 1);
        end = draws.Chance(Ongoing) ? length : draws.Whole(first + 1, length);
        float share = draws.Between(0, 1);
        chosen = [.. Enumerable.Range(0, columns).Select(_ => draws.Chance(share * share))];
        chosen[draws.Whole(0, columns - 1)] = true;
    }

    /// <summary>Leaves only so many rows of the stretch, its last ones.</summary>
    internal void Shorten(int rows) => first = Math.Max(first, end - rows);

    /// <summary>Gives each value of the stretch anew, of its share of the stretch, itself and its column's deviation.</summary>
    internal void Change(Func<float, float, float, float> value)
    {
        for (int row = first; row < end; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (chosen[column])
                {
                    ref float at = ref values[(row * columns) + column];
                    at = value((row + 1f - first) / (end - first), at, deviations[column]);
                }
            }
        }
    }

    /// <summary>
    /// Reads the stretch at another speed from its beginning, 0 for its first value alone; past the window it turns back.
    /// </summary>
    internal void Resample(float speed)
    {
        float[] before = [.. values];
        int last = (values.Length / columns) - 1;
        for (int row = first; row < end && last > 0; row++)
        {
            float place = (first + ((row - first) * speed)) % (2 * last), within = place <= last ? place : (2 * last) - place;
            int low = Math.Min((int)within, last - 1);
            for (int column = 0; column < columns; column++)
            {
                if (chosen[column])
                {
                    values[(row * columns) + column] = float.Lerp(
                        before[(low * columns) + column], before[((low + 1) * columns) + column], within - low);
                }
            }
        }
    }

    /// <summary>A column chosen and another one change places, in units of their deviations about their means.</summary>
    internal void Swap(int number)
    {
        int one = Array.IndexOf(chosen, true), other = (one + 1 + (number % Math.Max(1, columns - 1))) % columns;
        for (int row = first; row < end; row++)
        {
            ref float a = ref values[(row * columns) + one], b = ref values[(row * columns) + other];
            (a, b) = (Moved(b, other, one), Moved(a, one, other));
        }

        float Moved(float value, int from, int to) =>
            means[to] + ((value - means[from]) / deviations[from] * deviations[to]);
    }
}
