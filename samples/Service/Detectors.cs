using LisNative.Hosting;

namespace Service;

/// <summary>The detectors of the configuration.</summary>
internal sealed class Detectors(IServiceProvider services, string[] names)
{
    internal IDetector this[string name] => names.Contains(name) ? services.GetRequiredKeyedService<IDetector>(name)
        : throw new BadHttpRequestException(
            $"expected a detector, {string.Join(" or ", names)}, found {name}", StatusCodes.Status404NotFound);

    internal DetectorAnswer[] All => [.. names.Select(name => new DetectorAnswer(this[name]))];
}
