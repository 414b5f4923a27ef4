namespace LisNative.Cpu;

/// <summary>Weights of channels in groups, [inputs of a group, R, S, outputs].</summary>
internal readonly unsafe record struct GroupedWeights(nint Data, int Rows, int Columns)
{
    /// <summary>Where row r of the weights of input i begins.</summary>
    internal float* Of(int i, int r, nint channels) => (float*)Data + (((i * Rows) + r) * Columns * channels);
}
