namespace LisNative.Lanes;

/// <summary>A lane that lives in a CPU register and moves to and from memory.</summary>
/// <typeparam name="T">The lane itself.</typeparam>
internal unsafe interface IVectorLane<T> : ILane<T> where T : struct, IVectorLane<T>
{
    /// <summary>How many floats a lane holds.</summary>
    static abstract int Width { get; }

    /// <summary>Reads <see cref="Width"/> floats; any alignment.</summary>
    static abstract T Load(float* p);

    /// <summary>Writes <see cref="Width"/> floats; any alignment.</summary>
    static abstract void Store(T a, float* p);

    /// <summary>The sum of the elements, in an order fixed for each width.</summary>
    static abstract float Sum(T a);
}
