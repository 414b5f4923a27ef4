using System.Net.Sockets;
using LisNative;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Service;

/// <summary>
/// What a request got wrong is said in one sentence, as problem details; a fault of the service says nothing of its inside.
/// </summary>
internal sealed class Problems(IProblemDetailsService details) : IExceptionHandler
{
    /// <summary>What is wrong with how the service was started; null where the service is at fault.</summary>
    internal static string? OfStart(Exception e) => e switch
    {
        InputException or OptionsValidationException or InvalidOperationException or IOException or FormatException => e.Message,
        InvalidDataException => $"{e.Message} {e.GetBaseException().Message}",
        SocketException => $"expected an address to listen at, found one that cannot be had ({e.Message})",
        _ => null,
    };

    /// <summary>What routing refuses has a sentence, too.</summary>
    internal static void SaySomething(ProblemDetailsOptions options) => options.CustomizeProblemDetails = context =>
    {
        var request = context.HttpContext.Request;
        if (context.HttpContext.Response.StatusCode < StatusCodes.Status500InternalServerError)
        {
            context.ProblemDetails.Detail ??= "expected a request as /openapi/v1.json has them, found "
                + $"{request.Method} {request.Path} with {request.ContentType ?? "no body"}";
        }
    };

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, sentence) = exception switch
        {
            InputException => (StatusCodes.Status422UnprocessableEntity, exception.Message),
            BadHttpRequestException { InnerException: { } inner } bad => (bad.StatusCode, $"{bad.Message} {inner.Message}"),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            InvalidDataException or IOException => (StatusCodes.Status400BadRequest, exception.Message),
            InvalidOperationException when context.Request.GetTypedHeaders().ContentType is { Charset.HasValue: true, Encoding: null } =>
                (StatusCodes.Status415UnsupportedMediaType, $"expected the charset utf-8, found {context.Request.ContentType}"),
            _ => (0, ""),
        };
        if (status == 0)
        {
            return false;
        }

        context.Response.StatusCode = status;
        return await details.TryWriteAsync(
            new() { HttpContext = context, Exception = exception, ProblemDetails = { Status = status, Detail = sentence } });
    }
}
