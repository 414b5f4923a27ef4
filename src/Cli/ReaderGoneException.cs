namespace LisNative.Cli;

/// <summary>Whoever read standard output has closed it: there is nobody left to work for.</summary>
internal sealed class ReaderGoneException : Exception;
