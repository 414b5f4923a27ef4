using System.Text.Json.Serialization;
using LisNative;
using LisNative.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Service;

// Detectors are those of the configuration's section Detectors, each by its name: Detectors:parts:Path=/models/parts.lis
try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    int mostBytes = builder.Configuration.GetValue("MaxUploadBytes", 32 << 20);
    if (mostBytes <= 0)
    {
        throw new InputException("MaxUploadBytes", $"expected at least 1, found {mostBytes}");
    }

    builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = mostBytes);
    builder.Services.Configure<FormOptions>(form => form.MemoryBufferThreshold = mostBytes);      // uploads touch no disk
    builder.Services.Configure<RouteHandlerOptions>(route => route.ThrowOnBadRequest = true);     // Problems says what is wrong
    builder.Services.ConfigureHttpJsonOptions(json =>
    {
        json.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default);
        json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
    });
    builder.Services.AddProblemDetails(Problems.SaySomething).AddExceptionHandler<Problems>().AddOpenApi().AddSingleton<MetricsText>();
    builder.Services.AddHealthChecks().AddCheck<DetectorHealthCheck>("detectors");
    string[] names = [.. builder.Configuration.GetSection("Detectors").GetChildren().Select(section => section.Key)];
    builder.Services.AddSingleton(services => new Detectors(services, names));
    if (names.Length == 0)
    {
        throw new InputException("Detectors", "expected a section for each detector in the configuration, found none");
    }

    foreach (string name in names)
    {
        builder.Services.AddLisDetector(name, builder.Configuration.GetSection($"Detectors:{name}"));
    }

    var app = builder.Build();
    app.UseExceptionHandler();
    app.UseStatusCodePages();
    app.MapOpenApi();
    app.MapHealthChecks("/health", new() { ResponseWriter = Answers.WriteHealth });
    app.MapGet("/metrics", app.Services.GetRequiredService<MetricsText>().Write);
    app.MapDetectors();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (Problems.OfStart(e) is { } sentence)
{
    Console.Error.WriteLine($"service: {sentence}");
    return 2;
}
