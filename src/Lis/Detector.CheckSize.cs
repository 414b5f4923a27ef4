using LisNative.Data;
using LisNative.Distributed;
using LisNative.Features;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>
    /// Refuses what <see cref="Fit"/> would refuse for its size alone, before the samples are read: for <see cref="ReadOptions.Planned"/>.
    /// </summary>
    /// <exception cref="InputException">It cannot fit; the message says what helps. Or a setting is out of its range.</exception>
    internal static void CheckSize(
        Device device, string name, Shape sample, int count, bool negatives, DetectorOptions options, Communicator? ranks = null,
        long? memory = null)
    {
        options.Check();
        options.CheckPlan(new(device, name, sample, count - (int)(count * options.HeldOut), negatives, ranks)
        { Memory = memory ?? TrainingPlan.Available });
    }

    /// <summary>What <see cref="Fit"/> is to do, with the memory that it may take.</summary>
    internal static TrainingPlan PlanOf(
        Device device, Dataset normal, Dataset? negatives, DetectorOptions options, Communicator? ranks, FeatureExtractor? features,
        long? memory)
    {
        var (shape, count, samples) = (normal.SampleShape, normal.Count - (int)(normal.Count * options.HeldOut),
            normal.HeldBytes + (negatives?.HeldBytes ?? 0));
        if (features is not null)
        {
            (int learnt, long places) = PlaceModel.Learnt(features, shape, count);
            (shape, count, samples) = (features.Place, learnt, samples + (places * (negatives is null ? 1 : 2)));
        }

        return new(device, normal.Name, shape, count, negatives is not null, ranks)
        {
            Negatives = features is null ? negatives : null,
            Samples = samples,
            Memory = memory ?? TrainingPlan.Available,
        };
    }
}
