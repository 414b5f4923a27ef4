namespace LisNative.Layers;

/// <summary>A tensor that training changes: a leaf to which gradients flow while it is trainable.</summary>
public sealed class Parameter : Var, IDisposable
{
    /// <summary>Takes the value over.</summary>
    public Parameter(Tensor value) : base(value)
    {
        NeedsGradient = true;
        value.ExpectsReuse = true;
    }

    /// <summary>Whether training changes it; a frozen parameter costs no gradient.</summary>
    public bool Trainable
    {
        get => NeedsGradient;
        set => NeedsGradient = value;
    }

    /// <summary>Returns its memory.</summary>
    public void Dispose() => Value.Dispose();
}
