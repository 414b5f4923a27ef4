using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LisNative.Hosting;

/// <summary>
/// All detectors that were added: healthy where each has the model that its file holds now, degraded where one goes on with the model
/// before. Added by <c>AddHealthChecks().AddCheck&lt;DetectorHealthCheck&gt;("detectors")</c>.
/// </summary>
/// <param name="services">The host's.</param>
public sealed class DetectorHealthCheck(IServiceProvider services) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var troubles = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var added in services.GetServices<AddedDetector>())
        {
            if (services.GetRequiredKeyedService<IDetector>(added.Name) is ReloadingDetector { Trouble: { } trouble })
            {
                troubles[added.Name] = trouble;
            }
        }

        return Task.FromResult(troubles.Count == 0 ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                string.Join("; ", troubles.Select(t => $"{t.Key} keeps the model it has: {t.Value}")), data: troubles));
    }
}
