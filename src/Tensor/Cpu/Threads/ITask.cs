namespace LisNative.Cpu;

/// <summary>Work that falls into numbered parts. Which thread runs a part never changes its result.</summary>
internal interface ITask
{
    /// <summary>Runs one part.</summary>
    void Execute(int part);
}
