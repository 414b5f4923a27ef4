using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace LisNative;

/// <summary>
/// A method with its settings. The record says which method <see cref="Detector.Fit"/> runs; <see cref="Methods"/> lists them all.
/// </summary>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
public abstract record DetectorOptions
{
    /// <summary>Share of the normal data held out to choose the threshold.</summary>
    public double HeldOut { get; init; } = 0.1;

    /// <summary>Decides everything that is random: weights, orders, augmentation, trees.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InputException">A setting is out of its range.</exception>
    internal virtual void Check() => Require(HeldOut is >= 0 and < 1, HeldOut, "in [0, 1)");

    /// <summary>Refuses sizes that cannot be learnt.</summary>
    /// <exception cref="InputException">Samples or their number are too large; the message says what helps.</exception>
    internal virtual void CheckPlan(TrainingPlan plan) => Need(plan).Require(plan, "");

    /// <summary>The memory that learning needs: of a method that learns in one go the samples, and twice their numbers as floats.</summary>
    internal virtual MemoryNeed Need(TrainingPlan plan) =>
        new(plan.Samples, 0, plan.Device.Backend.Info.UsesHostMemory ? 2L * sizeof(float) * plan.Count * plan.SampleShape.Count : 0);

    /// <summary>Whether the length of all training follows from the data, so that a bound in time can shorten it.</summary>
    internal virtual bool TrainsUntilConvergence => false;

    /// <summary>Whether negatives of every distance may overlap the normal data, since near ones count for little.</summary>
    internal virtual bool WeighsNegatives(Shape sample) => false;

    /// <summary>The method that these settings belong to (<see cref="Methods"/>).</summary>
    internal abstract string MethodName { get; }

    /// <summary>What a method's name says in place of a setting, where methods share their type.</summary>
    internal virtual string? InName => null;

    /// <summary>The same settings for a method of another name.</summary>
    internal virtual DetectorOptions For(string method) => this;

    /// <summary>Learns from prepared data that are not too many.</summary>
    internal Model Fit(FitContext context)
    {
        CheckPlan(context.Plan);
        return Learn(context);
    }

    /// <summary>Learns from prepared data.</summary>
    internal abstract Model Learn(FitContext context);

    /// <summary>Reads what <see cref="Model.AddTo"/> wrote.</summary>
    internal abstract Model Load(Device device, Shape sample, SafeTensors file);

    /// <summary>Refuses a setting out of its range.</summary>
    private protected static void Require(
        bool holds, double? found, string expected, [CallerArgumentExpression(nameof(found))] string name = "")
    {
        if (!holds || double.IsInfinity(found ?? 0))
        {
            throw new InputException(name, FormattableString.Invariant($"expected {expected}, found {found}"));
        }
    }

    /// <summary>Refuses samples of more numbers than a method can take.</summary>
    private protected static void RequireShort(TrainingPlan plan, int most, string why, string help = "smaller ones (--size) help")
    {
        if (plan.SampleShape.Count > most)
        {
            throw new InputException(
                plan.Name, $"expected samples of at most {most} numbers, {why}, found {plan.SampleShape}; {help}");
        }
    }

    /// <summary>Refuses more samples than a file can hold.</summary>
    private protected static void RequireRoom(TrainingPlan plan, int kept, string what = " to compare with",
        string help = "fewer (samples) or smaller ones (--size) help")
    {
        long most = SafeTensors.MostNumbers / plan.SampleShape.Count;
        if (kept > most)
        {
            throw new InputException(
                plan.Name, $"expected at most {most} samples {plan.SampleShape}{what}, as a file holds, found {kept}; {help}");
        }
    }
}
