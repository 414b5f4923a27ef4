using System.Buffers;
using System.Collections;
using LisNative.Memory;
using LisNative.Random;

namespace LisNative.Layers;

/// <summary>Reads a sample.</summary>
/// <param name="index">Which one.</param>
/// <param name="sample">Where its values go, innermost axis fastest; zeros at first.</param>
/// <param name="random">Numbers for what is to differ from pass to pass: those of this sample in this pass, whoever reads it.</param>
/// <returns>What belongs to it, such as the number of its class.</returns>
public delegate TLabel SampleReader<out TLabel>(int index, Span<float> sample, Philox random);

/// <summary>Samples of a step, [batch, sample…], and what belongs to each.</summary>
public readonly record struct Batch<TLabel>(Tensor Samples, TLabel[] Labels);

/// <summary>
/// Batches of samples, one pass over them for each loop, read ahead on background threads. The batches are functions of the generator's
/// seed and of the number of the pass alone, on however many threads they are read.
/// </summary>
/// <remarks>
/// A batch's samples live until the loop goes on or is left. One that a query ends with stays its caller's: <c>loader.First()</c>.
/// </remarks>
/// <example><code>foreach (var (x, labels) in loader) { optimiser.Minimise(Loss(net.Forward(x), labels)); }</code></example>
public sealed class DataLoader<TLabel> : IEnumerable<Batch<TLabel>>
{
    private readonly Device device;
    private readonly Shape sample;
    private readonly SampleReader<TLabel> read;
    private readonly int samples, batch, threads;
    private readonly Philox numbers;
    private readonly bool shuffled;

    /// <summary>Over samples that are read one by one when they are needed.</summary>
    /// <param name="device">Where the batches are laid.</param>
    /// <param name="sample">The shape of one.</param>
    /// <param name="samples">How many there are.</param>
    /// <param name="read">Called on several threads at once.</param>
    /// <param name="batch">Samples of a step.</param>
    /// <param name="random">Shuffles each pass anew; without it the samples come in their order.</param>
    /// <param name="dropLast">Whether to leave out a last batch that is not full.</param>
    /// <param name="threads">How many batches are read at a time.</param>
    /// <exception cref="ArgumentException">There would be no batch.</exception>
    public DataLoader(
        Device device, Shape sample, int samples, SampleReader<TLabel> read, int batch, Generator? random = null, bool dropLast = false,
        int threads = 2)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(read);
        Require.AtLeast("DataLoader", 1, batch);
        Require.AtLeast("DataLoader", 1, threads);
        (this.device, this.sample, this.samples, this.read) = (device, sample, samples, read);
        (this.batch, this.threads, shuffled, numbers) = (batch, threads, random is not null, random?.Next() ?? default);
        Count = dropLast ? samples / batch : (int)(((long)samples + batch - 1) / batch);
        if (Count < 1)
        {
            throw new ArgumentException($"DataLoader: expected samples for a batch of {batch}, found {samples}");
        }
    }

    /// <summary>Over samples in memory, [samples, sample…].</summary>
    /// <inheritdoc cref="DataLoader{TLabel}(Device, Shape, int, SampleReader{TLabel}, int, Generator?, bool, int)"/>
    public DataLoader(
        Device device, Shape sample, float[] values, TLabel[] labels, int batch, Generator? random = null, bool dropLast = false)
        : this(device, sample, labels.Length, (i, place, _) =>
        {
            values.AsSpan(i * place.Length, place.Length).CopyTo(place);
            return labels[i];
        }, batch, random, dropLast, threads: 1)
    {
        if (values.Length != (long)labels.Length * sample.Count)
        {
            throw new ArgumentException(
                $"DataLoader: {values.Length} values for {labels.Length} labels: expected {sample.Count} of a sample {sample} for each");
        }
    }

    /// <summary>Batches of a pass.</summary>
    public int Count { get; }

    /// <summary>The number of the next pass, which a program that goes on after an interruption may set.</summary>
    public int Pass { get; set; }

    /// <summary>Begins a pass. What a reader throws is thrown where its batch was due; a loop that is left ends the reading.</summary>
    public IEnumerator<Batch<TLabel>> GetEnumerator() => Enumerate(numbers.FoldIn((ulong)Pass++), leavesLast: false);

    /// <summary>That of queries, which are done with the enumerator before their caller has seen the batch.</summary>
    IEnumerator<Batch<TLabel>> IEnumerable<Batch<TLabel>>.GetEnumerator() =>
        Enumerate(numbers.FoldIn((ulong)Pass++), leavesLast: true);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<Batch<TLabel>> Enumerate(Philox pass, bool leavesLast)
    {
        int[] order = shuffled ? pass.Permutation(samples) : [.. Enumerable.Range(0, samples)];
        using var end = new CancellationTokenSource();
        var ahead = new Queue<Task<(float[] Values, TLabel[] Labels)>>();
        int begun = 0;
        Tensor? last = null;
        void Begin()
        {
            if (begun < Count)
            {
                int[] rows = order[(begun * batch)..(int)Math.Min(samples, ++begun * (long)batch)];
                ahead.Enqueue(Task.Run(() => Read(rows, pass, end.Token)));
            }
        }

        try
        {
            for (int i = 0; i < threads; i++)
            {
                Begin();
            }

            while (ahead.TryDequeue(out var next))
            {
                var (values, labels) = next.GetAwaiter().GetResult();
                Begin();
                last = Laid(values, [labels.Length, .. sample.Sizes]);
                yield return new(last, labels);
                last.Dispose();
            }
        }
        finally
        {
            if (!leavesLast)
            {
                last?.Dispose();
            }

            end.Cancel();
            Task.WhenAll(ahead).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }
    }

    private (float[] Values, TLabel[] Labels) Read(int[] rows, Philox pass, CancellationToken end)
    {
        var (values, labels) = (ArrayPool<float>.Shared.Rent(rows.Length * sample.Count), new TLabel[rows.Length]);
        for (int i = 0; i < rows.Length; i++)
        {
            end.ThrowIfCancellationRequested();
            var place = values.AsSpan(i * sample.Count, sample.Count);
            place.Clear();
            labels[i] = read(rows[i], place, pass.FoldIn((ulong)rows[i]));
        }

        return (values, labels);
    }

    /// <summary>Outside the loop's scopes, which end before or after its time.</summary>
    private Tensor Laid(float[] values, Shape shape)
    {
        var x = Scope.Outside(() => device.From<float>(values.AsSpan(0, shape.Count), shape));
        ArrayPool<float>.Shared.Return(values);
        return x;
    }
}
