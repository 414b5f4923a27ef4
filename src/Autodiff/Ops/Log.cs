using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>ln x; dx = dy / x.</summary>
    public Var Log() => new Var(Value.Map(default(Log))).WithEdges((this, dy => dy / this));
}
