using LisNative.Memory;

namespace LisNative;

public sealed partial class Detector
{
    private Lease lease;

    /// <summary>
    /// Returns the model's memory. Whoever uses the detector at that moment, on other threads, goes on to the end, and the last of them
    /// returns it; later use is an <see cref="ObjectDisposedException"/>. Further calls do nothing.
    /// </summary>
    public void Dispose()
    {
        if (lease.Close())
        {
            model.Dispose();
        }
    }

    /// <summary>Keeps the model until it is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The detector was disposed.</exception>
    private User Use() => lease.TryEnter() ? new(this)
        : throw new ObjectDisposedException(nameof(Detector), $"Detector {Methods.Find(Options).Name} was disposed");

    private readonly ref struct User(Detector detector)
    {
        public void Dispose()
        {
            if (detector.lease.Leave())
            {
                detector.model.Dispose();
            }
        }
    }
}
