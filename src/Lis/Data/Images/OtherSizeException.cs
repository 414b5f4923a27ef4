namespace LisNative.Data;

/// <summary>An image is not of the size that others have, or a model; there may be many such.</summary>
internal sealed class OtherSizeException : InputException
{
    /// <summary>About one image.</summary>
    /// <param name="where">The image.</param>
    /// <param name="problem">The size expected and the size found.</param>
    public OtherSizeException(string where, string problem) : base(where, problem)
    {
    }

    /// <summary>What an inner error said, and more.</summary>
    /// <param name="message">The whole sentence.</param>
    /// <param name="inner">The error that says where.</param>
    public OtherSizeException(string message, InputException inner) : base(message, inner)
    {
    }
}
