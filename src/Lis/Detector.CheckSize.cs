using LisNative.Data;
using LisNative.Distributed;

namespace LisNative;

public sealed partial class Detector
{
    /// <summary>
    /// Refuses what <see cref="Fit"/> would refuse for its size alone, before the samples are read: for <see cref="ReadOptions.Planned"/>.
    /// </summary>
    /// <param name="device">Where it would compute.</param>
    /// <param name="name">The normal data, for the message.</param>
    /// <param name="sample">The shape of a sample.</param>
    /// <param name="count">Normal samples.</param>
    /// <param name="negatives">Whether there will be negatives.</param>
    /// <param name="options">The method and its settings.</param>
    /// <param name="ranks">The processes that would train it together.</param>
    /// <exception cref="InputException">It cannot fit; the message says what helps. Or a setting is out of its range.</exception>
    internal static void CheckSize(
        Device device, string name, Shape sample, int count, bool negatives, DetectorOptions options, Communicator? ranks = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        options.CheckPlan(new(device, name, sample, count - (int)(count * options.HeldOut), negatives, ranks));
    }
}
