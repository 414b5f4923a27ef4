using System.Runtime.InteropServices;
using LisNative.Formulas;

namespace LisNative.Reference;

internal sealed unsafe partial class ReferenceBackend<TPrecision, T>
{
    /// <summary>The elements of one result in the order of their positions.</summary>
    public void Reduce<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IReduction
    {
        Shape reduced = [.. Enumerable.Range(0, x.Shape.Rank).Select(axis => y.Shape[axis] == 1 ? x.Shape[axis] : 1)];
        var elements = new List<T>(reduced.Count);
        foreach (var i in Positions(y.Shape))
        {
            elements.Clear();
            foreach (var j in Positions(reduced))
            {
                elements.Add(At(x, [.. i.Zip(j, (kept, inside) => kept + inside)]));
            }

            At(y, i) = TPrecision.Reduce(op, CollectionsMarshal.AsSpan(elements));
        }
    }
}
