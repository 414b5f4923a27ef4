namespace LisNative.Training;

/// <summary>How far training is.</summary>
public readonly struct TrainingProgress
{
    internal TrainingProgress(string phase, int step, int steps, double loss) => (Phase, Step, Steps, Loss) = (phase, step, steps, loss);

    /// <summary>The phase's name.</summary>
    public string Phase { get; }

    /// <summary>Steps done in it.</summary>
    public int Step { get; }

    /// <summary>Steps in all.</summary>
    public int Steps { get; }

    /// <summary>
    /// The last loss that was read; it may be some steps old, since a device is not made to wait for it. NaN for work that has none.
    /// </summary>
    public double Loss { get; }
}
