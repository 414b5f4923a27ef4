using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LisNative.Hosting;

/// <summary>The name of a detector that was added.</summary>
internal sealed record AddedDetector(string Name);

/// <summary>Loads all detectors when the host starts: what is wrong with a model file ends the start, not the first request.</summary>
internal sealed class DetectorStartup(IServiceProvider services, IEnumerable<AddedDetector> added) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var detector in added)
        {
            services.GetRequiredKeyedService<IDetector>(detector.Name);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
