using LisNative.Distributed;
using LisNative.Layers;

namespace LisNative.Training;

/// <summary>One phase of training: a loss, the parameters that it changes, and a schedule. The trainer knows no more.</summary>
/// <remarks>Load and loss are apart so that the loss, the same work in every step, can be recorded once (<see cref="Capture"/>).</remarks>
/// <param name="Name">For messages and progress.</param>
/// <param name="Parameters">What is trained, by name; everything else is frozen.</param>
/// <param name="Schedule">Learning rates and the number of steps.</param>
/// <param name="Slice">Which part of every batch is loaded here: of several ranks, its loss weighs as much (<see
/// cref="BatchSlice.Weight"/>).</param>
/// <param name="Load">Writes the samples of a step, counted from 0, into the tensors that the loss reads.</param>
/// <param name="Loss">The loss of the samples loaded.</param>
/// <param name="Optimiser">Adam with its defaults when not given.</param>
/// <param name="Clip">The largest norm that all gradients together may have; longer ones are scaled down to it. Null leaves them as they
/// are.</param>
/// <param name="Until">Decides rates and end where held-out data do; the schedule then says at most how many steps there are.</param>
internal sealed record Phase(
    string Name, IReadOnlyList<(string Name, Parameter Value)> Parameters, LearningRateSchedule Schedule, BatchSlice Slice,
    Action<int> Load, Func<Var> Loss, Func<IReadOnlyList<Parameter>, Optimiser>? Optimiser = null, double? Clip = null,
    Convergence? Until = null)
{
    /// <summary>Steps of a pass over the normal data, for progress; 0 where they are not counted so.</summary>
    internal int StepsPerEpoch { get; init; }
}
