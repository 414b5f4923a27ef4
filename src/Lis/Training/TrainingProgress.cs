namespace LisNative.Training;

/// <summary>How far training is.</summary>
public readonly struct TrainingProgress
{
    internal TrainingProgress(string phase, int step, int steps, double loss, Convergence? until = null)
    {
        (Phase, Step, Steps, Loss) = (phase, step, until?.Steps ?? steps, loss);
        (UntilConvergence, Ended, HeldOutLoss, BestHeldOutLoss) = (until is not null, until?.Ended, double.NaN, double.NaN);
        if (until?.Losses.Count > 0)
        {
            (HeldOutLoss, BestHeldOutLoss, BestStep) = (until.Losses[^1].Loss, until.Best.Loss, until.Best.Step);
        }
    }

    /// <summary>The phase's name.</summary>
    public string Phase { get; }

    /// <summary>Steps done in it.</summary>
    public int Step { get; }

    /// <summary>Steps in all; 0 while that is not known.</summary>
    public int Steps { get; }

    /// <summary>Which pass over the normal data this is, the first being 1; 0 for work that makes none.</summary>
    public int Epoch => StepsPerEpoch > 0 && Step > 0 ? ((Step - 1) / StepsPerEpoch) + 1 : 0;

    /// <summary>Passes in all; 0 while that is not known.</summary>
    public int Epochs => StepsPerEpoch > 0 ? (Steps + StepsPerEpoch - 1) / StepsPerEpoch : 0;

    /// <summary>Steps of a pass over the normal data; 0 where none are made.</summary>
    internal int StepsPerEpoch { get; init; }

    /// <summary>What steps are where they are no steps of training: pictures; null where they are.</summary>
    internal string? Counted { get; init; }

    /// <summary>
    /// The last loss that was read; it may be some steps old, since a device is not made to wait for it. NaN for work that has none.
    /// </summary>
    public double Loss { get; }

    /// <summary>Whether held-out data, or the time, decide how many steps there are.</summary>
    public bool UntilConvergence { get; }

    /// <summary>
    /// The phase's loss on held-out data when last looked at, in latent shaping how little held-out negatives stand out from normal
    /// data; NaN before that, and where there are none.
    /// </summary>
    public double HeldOutLoss { get; }

    /// <summary>The lowest of these.</summary>
    public double BestHeldOutLoss { get; }

    /// <summary>The step after which it was found.</summary>
    public int BestStep { get; }

    /// <summary>Why a phase of which held-out data decide the length has ended, in words; null while it goes on.</summary>
    public string? Ended { get; }
}
