using System.Buffers;
using LisNative.Data;
using Microsoft.Extensions.Logging;

namespace LisNative.Hosting;

/// <summary>
/// The model of a file, and another as soon as the file is another. What cannot be read as a model is refused, told, and not tried again
/// before it changes; meanwhile the model before answers.
/// </summary>
internal sealed class ReloadingDetector : IDetector, IDisposable
{
    private readonly LisDetectorOptions options;
    private readonly ReadOptions pictures;
    private readonly DetectorTelemetry telemetry;
    private readonly ILogger logger;
    private readonly KeyValuePair<string, object?> tag;
    private readonly Lock gate = new();
    private readonly Timer timer;
    private LoadedModel current;
    private FileSight? pending, refused;
    private volatile bool isDisposed;

    /// <summary>Loads the model.</summary>
    /// <exception cref="InputException">The file cannot be read as a model with a threshold.</exception>
    internal ReloadingDetector(string name, LisDetectorOptions options, DetectorTelemetry telemetry, ILogger logger)
    {
        (Name, this.options, this.telemetry, this.logger, tag) = (name, options, telemetry, logger, new(DetectorTelemetry.NameTag, name));
        pictures = new()
        {
            Colour = options.Colour,
            MaxBytes = options.MaxImageBytes,
            MaxPixels = options.MaxImagePixels,
            Warn = sentence => logger.Odd(name, sentence),
        };
        current = Load();
        timer = new(_ => Look());
        Wait();
    }

    public string Name { get; }

    public Shape SampleShape => Volatile.Read(ref current).Detector.SampleShape;

    public float Threshold => Volatile.Read(ref current).Threshold;

    /// <summary>Why the file that is there now is not in use; null where it is.</summary>
    internal string? Trouble { get; private set; }

    public Verdict Score(ReadOnlySpan<float> sample)
    {
        using var call = Enter("lisnative.score");
        return call.Done(call.Model.Detector.Score(sample));
    }

    public void Score(ReadOnlySpan<float> samples, Span<Verdict> verdicts)
    {
        using var call = Enter("lisnative.score");
        float[] buffer = ArrayPool<float>.Shared.Rent(verdicts.Length);
        var scores = buffer.AsSpan(0, verdicts.Length);
        call.Model.Detector.Score(samples, scores);
        for (int i = 0; i < scores.Length; i++)
        {
            verdicts[i] = call.Model.Judge(scores[i]);
        }

        ArrayPool<float>.Shared.Return(buffer);
        call.Done(verdicts);
    }

    public Verdict ScoreImage(ReadOnlySpan<byte> file)
    {
        using var call = Enter("lisnative.score_image");
        return call.Done(call.Model.Detector.ScoreImage(file, options.Resize, pictures));
    }

    public async ValueTask<Verdict> ScoreImageAsync(Stream file, CancellationToken cancellation = default) =>
        ScoreImage(await FileReader.ReadPictureAsync(file, pictures, cancellation).ConfigureAwait(false));

    public void Reload()
    {
        lock (gate)
        {
            Swap(FileSight.Of(options.Path));
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            timer.Dispose();
            current.Close();
        }
    }

    /// <summary>A look at the file, by the timer: a change is loaded when it is the same at two looks.</summary>
    internal void Look()
    {
        lock (gate)
        {
            var now = FileSight.Of(options.Path);
            if (now == current.Seen)
            {
                (pending, refused, Trouble) = (null, null, null);
            }
            else if (now != refused && now != pending)
            {
                pending = now;
            }
            else if (now != refused)
            {
                TrySwap(now);
            }

            Wait();
        }
    }

    private void TrySwap(FileSight now)
    {
        try
        {
            Swap(now);
        }
        catch (Exception e) when (e is InputException or OutOfMemoryException)
        {
            // It is told; the model before goes on.
        }
    }

    private void Swap(FileSight now)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        using var activity = DetectorTelemetry.Source.StartActivity("lisnative.reload");
        activity?.SetTag(tag.Key, tag.Value);
        pending = null;
        try
        {
            var loaded = Load();
            (refused, Trouble) = (null, null);
            Interlocked.Exchange(ref current, loaded).Close();
            telemetry.Reloads.Add(1, tag, new(DetectorTelemetry.OutcomeTag, "loaded"));
        }
        catch (Exception e)
        {
            (refused, Trouble) = (now, e.Message);
            logger.Refused(Name, e.Message);
            telemetry.Reloads.Add(1, tag, new(DetectorTelemetry.OutcomeTag, "refused"));
            activity?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    private LoadedModel Load()
    {
        var loaded = new LoadedModel(options);
        logger.Loaded(Name, options.Path, loaded.Detector.SampleShape, loaded.Threshold);
        if (float.IsPositiveInfinity(loaded.Threshold))
        {
            logger.FlagsNothing(Name, options.FalseAlarmRate, loaded.Detector.Calibration.LeastRate);
        }

        return loaded;
    }

    /// <summary>Looks again after the interval; one look ends before the next begins.</summary>
    private void Wait()
    {
        if (options.ReloadInterval > TimeSpan.Zero && !isDisposed)
        {
            timer.Change(options.ReloadInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private ScoreCall Enter(string what)
    {
        while (true)
        {
            var model = Volatile.Read(ref current);
            if (model.TryEnter())
            {
                return new(model, telemetry, tag, what);
            }

            ObjectDisposedException.ThrowIf(isDisposed, this);
        }
    }
}
