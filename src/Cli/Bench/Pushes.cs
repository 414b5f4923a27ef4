using LisNative.Data;
using LisNative.Random;

namespace LisNative.Cli.Bench;

/// <summary>
/// Scores of rows: of a signal as they arrive, each by its window of 64 rows of 8 columns, and of a table that has many. Detectors are
/// fitted before anything is timed.
/// </summary>
internal sealed class Pushes
{
    private const int Length = 64, Learnt = 850, Arriving = 100, TableRows = 20_000, TableColumns = 30;

    private static readonly (string Name, DetectorOptions Options)[] Methods =
    [
        ("knn", new NearestNeighboursOptions()), ("mahalanobis", new MahalanobisOptions()),
        ("isolation_forest", new IsolationForestOptions()), ("lis_ae", Short(new())),
        ("lis_ae_128", Short(new() { Width1 = 128, Width2 = 128, Latent = 32 })),
    ];

    internal static IEnumerable<Case> Of(Device device) =>
    [
        .. Methods.Select(m => new Case("score", $"signal.push{Arriving}_{m.Name}", Push(device, m.Options))),
        new("score", $"table.rows{TableRows / 1000}k_isolation_forest", Forest(device)),
    ];

    private static LisOptions Short(LisOptions options) => options with { Epochs1 = 1, Epochs2 = 1 };

    private static Action Push(Device device, DetectorOptions options)
    {
        var made = new Lazy<(SignalStream Stream, float[] Rows)>(() =>
        {
            var signal = Signal();
            var windows = signal.Windowed(new(Length));
            var detector = Detector.Fit(device, windows, options is LisOptions ? windows : null, options);
            return (detector.Stream(), signal.ToFloats());
        });
        int next = 0;
        return () =>
        {
            var (stream, rows) = made.Value;
            int columns = rows.Length / Learnt;
            for (int i = 0; i < Arriving; i++, next = (next + 1) % Learnt)
            {
                stream.Push(rows.AsSpan(next * columns, columns));
            }
        };
    }

    /// <summary>Two signals of four columns side by side.</summary>
    private static Dataset Signal()
    {
        float[][] one = Rows(1), other = Rows(2);
        return new("bench", [one[0].Length + other[0].Length], [.. one.Zip(other).SelectMany(r => (float[])[.. r.First, .. r.Second])],
            new int[Learnt]);

        static float[][] Rows(ulong seed)
        {
            var drawn = DrawnSignals.Draw("coupled", Learnt, Length, new Philox(seed)).Normal;
            return [.. drawn.ToFloats().Chunk(drawn.SampleShape.Count)];
        }
    }

    private static Action Forest(Device device)
    {
        var made = new Lazy<(Detector Detector, Dataset Rows)>(() =>
        {
            var numbers = new float[TableRows * TableColumns];
            new Philox(1).Normals(numbers);
            var rows = new Dataset("bench", [TableColumns], numbers, new int[TableRows]);
            return (Detector.Fit(device, rows, null, new IsolationForestOptions()), rows);
        });
        return () => made.Value.Detector.Score(made.Value.Rows);
    }
}
