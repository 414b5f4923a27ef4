using System.Runtime.CompilerServices;
using LisNative.Formulas;
using LisNative.Lanes;

namespace LisNative.Cpu;

/// <summary>The element-wise end of a kernel, in place while its results are in cache.</summary>
internal readonly unsafe struct EpilogueTail
{
    private readonly RowFormula activation, gradient;
    private readonly float* gate;

    private EpilogueTail(RowFormula activation, RowFormula gradient, float* gate)
    {
        this.activation = activation;
        this.gradient = gradient;
        this.gate = gate;
    }

    internal bool IsEmpty => activation.IsEmpty && gate == null;

    /// <summary>For registers of one width.</summary>
    /// <param name="epilogue">Its activation and its gate; the bias is where sums start.</param>
    /// <param name="gate">The gate's output in the memory order of the results, or null.</param>
    internal static EpilogueTail Create<TLane>(Epilogue epilogue, float* gate) where TLane : unmanaged, IVectorLane<TLane> => new(
        epilogue.Activation?.WithFormula<RowFormula.Of<TLane>, RowFormula>(default) ?? default,
        epilogue.Gate?.Activation.WithGradient<RowFormula.Of<TLane>, RowFormula>(default) ?? default,
        gate);

    /// <summary>Whether the results go where the gate is.</summary>
    internal bool IsInPlace(float* results) => gate == results;

    /// <summary>The same for results that begin further on.</summary>
    internal EpilogueTail From(nint offset) => new(activation, gradient, gate == null ? null : gate + offset);

    internal void Apply(float* results, nint offset, int n) => Apply(results + offset, results, offset, n);

    /// <summary>From elsewhere: results whose place the gate still has.</summary>
    internal void Apply(float* from, float* results, nint offset, int n)
    {
        if (!activation.IsEmpty)
        {
            activation.Run(from, from, null, n);
        }

        if (gate != null)
        {
            gradient.Run(results + offset, from, gate + offset, n);
        }
    }
}

/// <summary>A formula for rows of numbers in a form that tasks can hold: the code compiled for it, and its constants.</summary>
internal readonly unsafe struct RowFormula(delegate*<ulong, float*, float*, float*, int, void> code, ulong constants) : IRow
{

    internal bool IsEmpty => code == null;

    public void Run(float* y, float* a, float* b, int n) => code(constants, y, a, b, n);

    /// <summary>Through registers of one width.</summary>
    internal readonly struct Of<TLane> : IFormulaUser<RowFormula> where TLane : unmanaged, IVectorLane<TLane>
    {
        public RowFormula Unary<TOp>(TOp op) where TOp : unmanaged, IUnary => Create(new Elementwise.UnaryRow<TLane, TOp>(op));

        public RowFormula Binary<TOp>(TOp op) where TOp : unmanaged, IBinary => Create(new Elementwise.BinaryRow<TLane, TOp>(op));

        private static RowFormula Create<TRow>(TRow row) where TRow : unmanaged, IRow
        {
            ulong constants = 0;
            if (sizeof(TRow) > sizeof(ulong))
            {
                throw new NotSupportedException($"Epilogue: {typeof(TRow)} has more constants than fit {sizeof(ulong)} bytes");
            }

            *(TRow*)&constants = row;
            return new(&Run<TRow>, constants);
        }

        [MethodImpl(JitOptions.NoInlineOptimized)]
        private static void Run<TRow>(ulong constants, float* y, float* a, float* b, int n) where TRow : unmanaged, IRow =>
            (*(TRow*)&constants).Run(y, a, b, n);
    }
}
