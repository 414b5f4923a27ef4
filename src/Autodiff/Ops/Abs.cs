using LisNative.Formulas;

namespace LisNative;

public partial class Var
{
    /// <summary>|x|; dx = dy · sign x.</summary>
    public Var Abs() => new Var(Value.Map(default(Abs))).WithEdges((this, dy => dy * Value.Map(default(Sign))));
}
