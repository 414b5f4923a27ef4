using System.Globalization;

namespace LisNative.Training;

/// <summary>
/// How long a fit may take that trains until convergence: it counts from the fit's beginning, and training ends in order within it. What
/// comes of it depends on how fast the machine is.
/// </summary>
public sealed class TimeLimit
{
    private readonly TimeProvider clock;
    private long start;

    /// <summary>A bound in minutes.</summary>
    /// <param name="minutes">Above 0.</param>
    /// <param name="clock">The system's when not given.</param>
    /// <exception cref="InputException">They are not above 0.</exception>
    public TimeLimit(double minutes, TimeProvider? clock = null)
    {
        Minutes = minutes > 0 && double.IsFinite(minutes) ? minutes
            : throw new InputException("minutes", string.Create(CultureInfo.InvariantCulture,
                $"expected a finite number above 0, found {minutes}"));
        this.clock = clock ?? TimeProvider.System;
        Start();
    }

    /// <summary>The bound.</summary>
    public double Minutes { get; }

    /// <summary>Seconds in all.</summary>
    internal double Seconds => Minutes * 60;

    /// <summary>Seconds since the fit began.</summary>
    internal double Elapsed => clock.GetElapsedTime(start).TotalSeconds;

    /// <summary>The same, for a method that it can bound.</summary>
    /// <exception cref="InputException">It cannot: the message says why.</exception>
    internal TimeLimit For(DetectorOptions options) => options.TrainsUntilConvergence ? this
        : throw new InputException("minutes", string.Create(CultureInfo.InvariantCulture,
            $"expected none, found {Minutes}: {Methods.Find(options).Name} with these settings has no training until convergence that "
            + $"could be cut short, or not of all phases (epochs1, epochs2)"));

    /// <summary>The fit begins.</summary>
    internal void Start() => start = clock.GetTimestamp();
}
