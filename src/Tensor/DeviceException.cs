namespace LisNative;

/// <summary>A device cannot be had, has no memory left, or was lost. The message is one sentence for the user.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Says what happened.</summary>
    public DeviceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
