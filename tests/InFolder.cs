using LisNative.Tests.Data;

namespace LisNative.Tests;

/// <summary>Tests with a folder that goes with each.</summary>
public abstract class InFolder(bool plain = false) : IDisposable
{
    private protected readonly TemporaryFolder folder = new(plain);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => folder.Dispose();
}
