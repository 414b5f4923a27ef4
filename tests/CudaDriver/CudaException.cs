namespace LisNative.CudaDriver;

/// <summary>An error of the driver's interface.</summary>
/// <param name="status">A CUresult.</param>
/// <param name="message">What a real driver would not tell: printed to the standard error.</param>
internal sealed class CudaException(int status, string message) : Exception(message)
{
    internal const int InvalidValue = 1, OutOfMemory = 2, InvalidPtx = 218, InvalidHandle = 400, NotFound = 500, IllegalAddress = 700,
        MisalignedAddress = 716, LaunchFailed = 719, CaptureUnsupported = 900;

    internal int Status { get; } = status;
}
