using System.Diagnostics.Metrics;
using LisNative.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds detectors to a host's services.</summary>
public static class LisDetectorExtensions
{
    /// <summary>
    /// Adds a detector, <see cref="IDetector"/> by its name as key, that has the model of a file and another as soon as the file is
    /// another.
    /// </summary>
    /// <param name="services">The host's.</param>
    /// <param name="name">Its key; the name of its options, and in logs, metrics and traces.</param>
    /// <param name="path">The model file.</param>
    /// <returns>The detector's options, to set more of them.</returns>
    public static OptionsBuilder<LisDetectorOptions> AddLisDetector(this IServiceCollection services, string name, string path) =>
        services.AddLisDetector(name, options => options.Path = path);

    /// <inheritdoc cref="AddLisDetector(IServiceCollection, string, string)" path="/summary"/>
    /// <param name="services">The host's.</param>
    /// <param name="name">Its key; the name of its options, and in logs, metrics and traces.</param>
    /// <param name="configuration">The section with its options: Path, FalseAlarmRate, …; others end the start.</param>
    /// <returns>The detector's options, to set more of them.</returns>
    public static OptionsBuilder<LisDetectorOptions> AddLisDetector(
        this IServiceCollection services, string name, IConfiguration configuration) => services.Added(name)
        .Bind(configuration, binder => binder.ErrorOnUnknownConfiguration = true);

    /// <inheritdoc cref="AddLisDetector(IServiceCollection, string, string)" path="/summary"/>
    /// <param name="services">The host's.</param>
    /// <param name="name">Its key; the name of its options, and in logs, metrics and traces.</param>
    /// <param name="configure">Sets its options.</param>
    /// <returns>The detector's options, to set more of them.</returns>
    public static OptionsBuilder<LisDetectorOptions> AddLisDetector(
        this IServiceCollection services, string name, Action<LisDetectorOptions> configure) => services.Added(name).Configure(configure);

    private static OptionsBuilder<LisDetectorOptions> Added(this IServiceCollection services, string name)
    {
        services.TryAddSingleton(s => new DetectorTelemetry(s.GetService<IMeterFactory>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LisDetectorOptions>, OptionsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DetectorStartup>());
        services.AddSingleton(new AddedDetector(name));
        services.AddKeyedSingleton<IDetector>(name, (s, _) => new ReloadingDetector(
            name, s.GetRequiredService<IOptionsMonitor<LisDetectorOptions>>().Get(name), s.GetRequiredService<DetectorTelemetry>(),
            s.GetService<ILoggerFactory>()?.CreateLogger(DetectorTelemetry.Name) ?? NullLogger.Instance));
        return services.AddOptions<LisDetectorOptions>(name).ValidateOnStart();
    }
}
