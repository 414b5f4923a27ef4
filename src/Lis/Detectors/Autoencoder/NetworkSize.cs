namespace LisNative;

/// <summary>Whether a network fits: refused before anything is trained.</summary>
internal static class NetworkSize
{
    /// <summary>
    /// Before anything is trained: no tensor of a step may have more numbers than can be counted, nor what the layers make of a batch fill
    /// the memory.
    /// </summary>
    /// <param name="plan">What to train on.</param>
    /// <param name="options">Sizes, batch and epochs.</param>
    /// <param name="memory">Bytes that there are.</param>
    /// <exception cref="InputException">It is too large; the message says what helps.</exception>
    internal static void Check(TrainingPlan plan, AutoencoderOptions options, long memory)
    {
        CheckArchitecture(plan, options);
        var (architecture, share) = (options.Architecture(plan.SampleShape), plan.SliceOf(options.Batch));
        int steps = plan.Count / share.BatchSize;
        if ((long)steps * options.MostEpochs > Array.MaxLength)
        {
            throw new InputException(
                plan.Name, $"expected at most {Array.MaxLength / steps} epochs of {steps} steps, found {options.MostEpochs}");
        }

        long rows = share.Count * (plan.HasNegatives && Methods.Find(options).UsesNegatives ? 2L : 1);
        if (architecture.Weights > SafeTensors.MostNumbers)
        {
            throw new InputException(
                plan.Name, $"expected a network of at most {SafeTensors.MostNumbers} weights, as a file holds, found " +
                $"{architecture.Weights} for samples {architecture.Sample}; smaller samples (--size), latent, width1 or width2 help");
        }

        string advice =
            $"for {rows} samples {architecture.Sample} a step; a smaller batch, smaller samples (--size) or a smaller width1 help";
        if (rows * architecture.Units.Max() is var most && most > Array.MaxLength)
        {
            throw new InputException(plan.Name, $"expected layers of at most {Array.MaxLength} numbers, found {most} {advice}");
        }

        if (plan.Device.Backend.Info.UsesHostMemory && rows * architecture.Units.Sum() * sizeof(float) is var bytes && bytes > memory)
        {
            throw new InputException(plan.Name, FormattableString.Invariant(
                $"expected layers that fit into {memory / 1e9:F1} GB of memory, found {bytes / 1e9:F1} GB {advice}"));
        }
    }

    private static void CheckArchitecture(TrainingPlan plan, AutoencoderOptions options)
    {
        try
        {
            options.Architecture(plan.SampleShape).Checked();
        }
        catch (ArgumentException e)
        {
            throw new InputException(plan.Name, e.Message, e);
        }
    }
}
