namespace LisNative.Data;

/// <summary>An image is not of the size that others have, or a model; there may be many such.</summary>
internal sealed class OtherSizeException : InputException
{
    /// <summary>About one image: the size expected and the size found.</summary>
    public OtherSizeException(string where, string problem) : base(where, problem)
    {
    }

    /// <summary>What an inner error said, and more.</summary>
    public OtherSizeException(string message, InputException inner) : base(message, inner)
    {
    }
}
