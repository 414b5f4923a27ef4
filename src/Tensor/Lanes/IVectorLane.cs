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

    /// <summary>
    /// sum = a · b + sum, rounded once. Said so, the sum stays in its register; the JIT puts the result of <c>sum = Fma(a, b, sum)</c> into
    /// that of a factor used for the last time, and copies it.
    /// </summary>
    static abstract void AddProduct(ref T sum, T a, T b);

    /// <summary>The sum of the elements, in an order fixed for each width.</summary>
    static abstract float Sum(T a);
}
