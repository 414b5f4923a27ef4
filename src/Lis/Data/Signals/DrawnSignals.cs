
using LisNative.Data.Synthetic;
using LisNative.Random;

namespace LisNative.Data;

/// <summary>A stretch of a signal that is anomalous.</summary>
/// <param name="First">Its first row.</param>
/// <param name="End">The row after its last one.</param>
/// <param name="Kind">Which fault, where that is known.</param>
internal readonly record struct SignalEvent(int First, int End, string Kind = "");

/// <summary>Normal rows to learn from, and those that follow, with labels, of which each stretch is an event.</summary>
internal sealed record DrawnSignal(Dataset Normal, Dataset Test, IReadOnlyList<SignalEvent> Events);

/// <summary>
/// Embedded data for signals: processes of several kinds, and faults whose rows are exact. They happen to the process as it runs, apart
/// from the negatives that are drawn on windows. A seed gives the same signals everywhere.
/// </summary>
internal static class DrawnSignals
{
    private const ulong ProcessStream = 1, NoiseStream = 2, PlaceStream = 3, FaultStream = 4;

    /// <summary>Rows between two faults, and of a fault.</summary>
    private const int LeastBetween = 150, MostBetween = 300, Shortest = 15, Longest = 80, LongestSpike = 3;

    /// <summary>How much time a change of frequency may take from what comes.</summary>
    private const int Ahead = 3;

    /// <summary>The kinds of faults.</summary>
    internal static IReadOnlyList<string> Faults { get; } = ["level", "spike", "drift", "frequency", "frozen", "swapped", "burst"];

    /// <summary>
    /// A signal of a kind (<see cref="SignalProcess.Kinds"/>): normal rows, then others with faults of all kinds in turn that its columns
    /// allow.
    /// </summary>
    internal static DrawnSignal Draw(string kind, int normal, int test, Philox random)
    {
        var process = SignalProcess.Draw(kind, Ahead * (normal + test), random.FoldIn(ProcessStream));
        int columns = process.Columns;
        var events = Places(normal, normal + test, columns, random.FoldIn(PlaceStream));
        float[] values = Run(process, normal + test, events, random);
        var learnt = Rows(values[..(normal * columns)], new int[normal]);
        float[] deviations = Scaler.Fit(learnt).Deviation;
        var labels = new int[test];
        foreach (var (number, fault) in events.Index())
        {
            Spoil(values, deviations, fault, new(random.FoldIn(FaultStream).FoldIn((ulong)number)));
            labels.AsSpan(fault.First - normal, fault.End - fault.First).Fill(1);
        }

        return new(learnt, Rows(values[(normal * columns)..], labels),
            [.. events.Select(e => e with { First = e.First - normal, End = e.End - normal })]);

        Dataset Rows(float[] some, int[] own) => new(kind, [columns], some, own)
        { Columns = [.. Enumerable.Range(1, columns).Select(c => $"x{c}")] };
    }

    private static List<SignalEvent> Places(int first, int end, int columns, Philox random)
    {
        var (events, draws) = (new List<SignalEvent>(), new Draws(random));
        string[] kinds = [.. Faults.Where(k => columns > 1 || k != "swapped")];
        for (int row = first; ;)
        {
            string kind = kinds[events.Count % kinds.Length];
            int start = row + draws.Whole(LeastBetween, MostBetween);
            row = start + (kind == "spike" ? draws.Whole(1, LongestSpike) : draws.Whole(Shortest, Longest));
            if (row >= end)
            {
                return events;
            }

            events.Add(new(start, row, kind));
        }
    }

    /// <summary>The process row by row, with noise; its clock runs at another speed while its frequency is changed.</summary>
    private static float[] Run(SignalProcess process, int rows, List<SignalEvent> events, Philox random)
    {
        var values = new float[rows * process.Columns];
        var noise = random.FoldIn(NoiseStream);
        double clock = 0;
        for (int row = 0; row < rows; row++)
        {
            int place = events.FindIndex(e => e.Kind == "frequency" && row >= e.First && row < e.End);
            clock = place < 0 ? Math.Ceiling(clock) : clock;
            for (int column = 0; column < process.Columns; column++)
            {
                int at = (row * process.Columns) + column;
                values[at] = process.At(clock, column) + (process.Noise * noise.Normal((ulong)at));
            }

            var draws = new Draws(random.FoldIn(FaultStream).FoldIn((ulong)Math.Max(0, place)));
            clock += place < 0 ? 1 : draws.Chance(0.5f) ? draws.Between(1.6f, 2.5f) : draws.Between(0.4f, 0.6f);
        }

        return values;
    }

    private static void Spoil(float[] values, float[] deviations, SignalEvent fault, Draws draws)
    {
        int columns = deviations.Length, one = draws.Whole(0, columns - 1), other = (one + 1) % columns;
        float sign = draws.Sign(), size = draws.Between(0, 1), noise = 1 + size;
        var stream = draws.Stream();
        float held = values[(fault.First * columns) + one];
        for (int row = fault.First; row < fault.End; row++)
        {
            ref float value = ref values[(row * columns) + one];
            ref float second = ref values[(row * columns) + other];
            float share = (row + 1f - fault.First) / (fault.End - fault.First);
            switch (fault.Kind)
            {
                case "level": value += sign * (1 + (1.5f * size)) * deviations[one]; break;
                case "spike": value += sign * (3 + (3 * size)) * deviations[one]; break;
                case "drift": value += sign * share * (1.5f + (1.5f * size)) * deviations[one]; break;
                case "frozen": value = held; break;
                case "swapped": (value, second) = (second, value); break;
                case "burst": value += noise * deviations[one] * stream.Normal((ulong)row); break;
                default: break;
            }
        }
    }
}
