using LisNative.Layers;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace LisNative.Onnx;

/// <summary>A node of a file that is being read, and what is known of its inputs.</summary>
internal sealed class Operation(NetworkBuilder builder, NodeProto node)
{
    internal NetworkBuilder Builder { get; } = builder;

    internal string Type => node.OpType;

    internal string Output => node.Output[0];

    internal IReadOnlyList<string> Outputs => node.Output;

    internal int Inputs => node.Input.Count;

    /// <summary>Whether its result holds whole numbers.</summary>
    internal bool GivesWhole => Type switch
    {
        "ArgMax" or "ArgMin" => true,
        "Cast" => Int("to", 0) is (int)DataType.Int64 or (int)DataType.Int32,
        "Add" or "Sub" or "Mul" or "Max" or "Min" => IsWhole(0) && IsWhole(1),
        "Abs" or "Concat" or "Expand" or "Flatten" or "Gather" or "GatherElements" or "Neg" or "Reshape" or "Slice" or "Split" or "Squeeze"
            or "Transpose" or "Unsqueeze" => IsWhole(0),
        "Where" => IsWhole(1) && IsWhole(2),
        _ => false,
    };

    private string Name => node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "";

    /// <summary>Whether an input that may be missing is there.</summary>
    internal bool Has(int input) => input < node.Input.Count && node.Input[input].Length > 0;

    /// <summary>An input that is known now; null for one that the network computes.</summary>
    internal Constant? Known(int input) => Has(input) ? Builder.Known(node.Input[input]) : null;

    /// <summary>An input that must be known now.</summary>
    internal Constant Constant(int input) => Known(input)
        ?? throw Refuse($"expected numbers that the file holds as input {input + 1}, found "
            + (Has(input) ? "values that the network computes" : "none"));

    /// <summary>Whole numbers that must be known now.</summary>
    internal int[] Whole(int input) => [.. Constant(input).ToNumbers().Select(Integer)];

    /// <summary>A size or position; those far off every axis are cut.</summary>
    internal int Integer(double value) => LisNative.Onnx.Constant.IsNumber(value) ? (int)Math.Clamp(value, -int.MaxValue, int.MaxValue)
        : throw Refuse("expected numbers that do not depend on the batch or on an open size, found one that does; a file exported "
            + "with fixed sizes helps");

    /// <summary>A size, which may depend on the batch.</summary>
    internal int Size(double value) => LisNative.Onnx.Constant.IsOfBatch(value)
        ? Sizes.OfBatch((long)(value / LisNative.Onnx.Constant.Batch)) : Integer(value);

    /// <summary>The name of an input as the network's; numbers of the file become a weight.</summary>
    internal string Value(int input) => !Has(input) ? throw Refuse($"expected an input {input + 1}, found none")
        : Known(input) is { } constant ? Builder.AddWeight(node.Input[input], constant.Sizes, Array.TrueForAll(constant.ToNumbers(),
            v => !double.IsNaN(v) && !(constant.IsWhole && LisNative.Onnx.Constant.IsOfBatch(v))) ? constant.ToFloats()
            : throw Refuse("expected numbers as values, found one that is none, or a size that depends on the batch or is open"))
        : Computed(input);

    /// <summary>The name of an input that the network computes.</summary>
    internal string Computed(int input)
    {
        string name = Has(input) ? Builder.Resolve(node.Input[input]) : throw Refuse($"expected an input {input + 1}, found none");
        return Builder.SizesOf(name) is not null ? name
            : throw Refuse($"expected an input that a node before it computes, found \"{name}\"");
    }

    /// <summary>The sizes of an input, whether it is known or computed.</summary>
    internal int[] AnySizes(int input) => Known(input)?.Sizes ?? SizesOf(input);

    /// <summary>Whether an input holds whole numbers.</summary>
    internal bool IsWhole(int input) => Known(input)?.IsWhole ?? Builder.IsWhole(Computed(input));

    /// <summary>The sizes of an input that the network computes.</summary>
    internal int[] SizesOf(int input) => Builder.SizesOf(Computed(input))!;

    internal AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    internal int Int(string name, int otherwise) =>
        Attribute(name) is { } a ? (int)Math.Clamp(a.I, -int.MaxValue, int.MaxValue) : otherwise;

    internal double Float(string name, double otherwise) => Attribute(name)?.F ?? otherwise;

    internal string Text(string name, string otherwise) => Attribute(name)?.S.ToStringUtf8() ?? otherwise;

    internal int[]? Ints(string name) =>
        Attribute(name) is { } a ? [.. a.Ints.Select(i => (int)Math.Clamp(i, -int.MaxValue, int.MaxValue))] : null;

    /// <summary>Whole numbers that older versions have as an attribute and newer ones as an input.</summary>
    internal int[]? IntsOrInput(string name, int input) => Ints(name) ?? (Has(input) ? Whole(input) : null);

    /// <summary>An axis of a number of axes, counted from its end where it is negative.</summary>
    internal int Axis(int axis, int rank)
    {
        int found = axis < 0 ? axis + rank : axis;
        return found >= 0 && found < rank ? found : throw Refuse($"expected one of {rank} axes, found {axis}");
    }

    /// <summary>Adds a node to the network.</summary>
    internal void Emit(Node made) => Builder.Add(this, made);

    /// <summary>Adds a function of the first input, at the end of the kernel before where it can be.</summary>
    internal void EmitFunction(string name, double alpha = 0, double beta = 0)
    {
        string x = Computed(0);
        if (!Builder.TryFuse(x, Output, name, alpha))
        {
            Emit(new FunctionNode { Inputs = [x], Output = Output, Function = name, Alpha = alpha, Beta = beta });
        }
    }

    /// <summary>What is wrong with the node.</summary>
    internal InputException Refuse(string problem, Exception? inner = null) =>
        new(Builder.Path, $"node \"{Name}\" ({Type}): {problem}", inner);

    /// <summary>That it is there at all.</summary>
    internal InputException Unknown() => new(Builder.Path, "expected operators that the engine has, found "
        + $"{(node.Domain is "" or "ai.onnx" ? "" : $"{node.Domain}.")}{Type} in the node \"{Name}\"; asking for an output before it "
        + "helps");
}
