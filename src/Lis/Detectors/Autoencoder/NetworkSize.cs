namespace LisNative;

/// <summary>Whether a network fits: refused before anything is trained.</summary>
internal static class NetworkSize
{
    /// <summary>
    /// Before anything is trained: no tensor of a step may have more numbers than can be counted, nor the fit need more memory than it has.
    /// </summary>
    /// <exception cref="InputException">It is too large; the message says what helps.</exception>
    internal static void Check(TrainingPlan plan, AutoencoderOptions options)
    {
        CheckArchitecture(plan, options);
        var (architecture, share) = (options.Architecture(plan.SampleShape), plan.SliceOf(options.Batch));
        int steps = plan.Count / share.BatchSize;
        if ((long)steps * options.MostEpochs > Array.MaxLength)
        {
            throw new InputException(
                plan.Name, $"expected at most {Array.MaxLength / steps} epochs of {steps} steps, found {options.MostEpochs}");
        }

        long rows = Rows(plan, options);
        if (options.Weights(plan.SampleShape) is var weights && weights > SafeTensors.MostNumbers)
        {
            throw new InputException(
                plan.Name, $"expected a network of at most {SafeTensors.MostNumbers} weights, as a file holds, found " +
                $"{weights} for samples {architecture.Sample}; smaller samples (--size), latent, width1 or width2 help");
        }

        string step = $" for {rows} samples {architecture.Sample} a step";
        if (rows * options.Units(plan.SampleShape).Max() is var most && most > Array.MaxLength)
        {
            throw new InputException(plan.Name, $"expected layers of at most {Array.MaxLength} numbers, found {most}{step}; a smaller "
                + "batch, smaller samples (--size) or a smaller width1 help");
        }

        options.Need(plan).Require(plan, step);
    }

    /// <summary>
    /// The layers of a step, each kept until the sweep back has passed it, with two gradients of the largest; of each weight itself, its
    /// gradient, two moments and a copy from before training. A GPU has its own memory for both.
    /// </summary>
    internal static MemoryNeed Need(TrainingPlan plan, AutoencoderOptions options)
    {
        var architecture = options.Architecture(plan.SampleShape);
        bool isHost = plan.Device.Backend.Info.UsesHostMemory;
        long[] units = options.Units(plan.SampleShape);
        int pool = options.PoolCount(plan), ranks = plan.Ranks?.Size ?? 1;
        long Features(int count) =>
            isHost && options.StoresFeatures(plan) ? (long)count * architecture.Features * sizeof(float) / ranks : 0;
        return new(
            plan.Samples, isHost ? Copies * sizeof(float) * options.Weights(plan.SampleShape) : 0,
            isHost ? Rows(plan, options) * sizeof(float) * (units.Sum() + (2 * units.Max())) : 0,
            (long)pool * plan.SampleShape.Count, (Features(plan.Count), Features(pool > 0 ? pool : plan.Negatives?.Count ?? 0)));
    }

    private const int Copies = 5;

    private static long Rows(TrainingPlan plan, AutoencoderOptions options) =>
        plan.SliceOf(options.Batch).Count * (plan.HasNegatives && Methods.Find(options).UsesNegatives ? 2L : 1);

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
