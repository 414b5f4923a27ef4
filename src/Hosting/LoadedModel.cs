using LisNative.Memory;

namespace LisNative.Hosting;

/// <summary>A model of a file, freed when another has taken its place and the last to use it has left.</summary>
internal sealed class LoadedModel
{
    private Lease lease;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">It cannot be read as a model, or no normal data were held out, without which there is no
    /// threshold.</exception>
    internal LoadedModel(LisDetectorOptions options)
    {
        Seen = FileSight.Of(options.Path);
        if (Seen.Length == 0)
        {
            // Reading a pipe or a device may never end.
            throw new InputException(options.Path, "expected a model, found an empty file, a pipe or a device");
        }

        Detector = Detector.Load(options.Path);
        try
        {
            Threshold = Detector.Threshold(options.FalseAlarmRate);
        }
        catch (InputException e)
        {
            Detector.Dispose();
            throw new InputException(options.Path, $"expected a model with a threshold ({e.Message})", e);
        }
    }

    internal Detector Detector { get; }

    internal float Threshold { get; }

    /// <summary>The file before it was read: if it changed meanwhile, the next look finds another.</summary>
    internal FileSight Seen { get; }

    internal Verdict Judge(float score) => new(score, Threshold, Detector.Calibration.PValue(score));

    internal bool TryEnter() => lease.TryEnter();

    internal void Leave()
    {
        if (lease.Leave())
        {
            Detector.Dispose();
        }
    }

    /// <summary>Lets nobody in any more.</summary>
    internal void Close()
    {
        if (lease.Close())
        {
            Detector.Dispose();
        }
    }
}
