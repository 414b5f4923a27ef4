using System.Globalization;
using System.Text.RegularExpressions;

namespace LisNative.CudaDriver;

/// <summary>Reads the kernels of a module in PTX.</summary>
internal sealed partial class Parser
{
    private readonly Dictionary<string, int> rows = [];
    private readonly Dictionary<string, int> symbols = [];
    private readonly Dictionary<string, int> labels = [];
    private readonly List<(int Row, ulong Value)> constants = [];
    private readonly List<(int Row, string Name)> special = [];
    private readonly List<Instruction> code = [];
    private readonly List<(Instruction Branch, string Label)> branches = [];
    private int sharedBytes, localBytes;

    /// <summary>The kernels; functions are left out, which none of them calls.</summary>
    /// <exception cref="CudaException">An instruction is not among those that this driver knows.</exception>
    internal static Dictionary<string, Kernel> Parse(string ptx) =>
        Entry().Matches(ptx).Select(m => new Parser().Read(m)).ToDictionary(k => k.Name);

    private Kernel Read(Match entry)
    {
        foreach (Match statement in Statement().Matches(entry.Groups["body"].Value))
        {
            if (statement.Groups["label"] is { Success: true, Value: string label })
            {
                labels.Add(label, code.Count);
            }
            else if (statement.Groups["symbol"] is { Success: true, Value: string symbol })
            {
                ref int bytes = ref statement.Groups["space"].Value == "shared" ? ref sharedBytes : ref localBytes;
                int align = int.Parse(statement.Groups["align"].Value, CultureInfo.InvariantCulture),
                    start = (bytes + align - 1) / align * align;
                symbols.Add(symbol, start);
                bytes = start + int.Parse(statement.Groups["bytes"].Value, CultureInfo.InvariantCulture);
            }
            else if (statement.Groups["name"].Success)
            {
                code.Add(Instruction(statement));
            }
        }

        branches.ForEach(b => b.Branch.Target = labels[b.Label]);
        return new(
            entry.Groups["name"].Value, [.. code], ControlFlow.PostDominators(code), rows.Count, [.. constants], [.. special],
            int.Parse(entry.Groups["parameters"].Value, CultureInfo.InvariantCulture), sharedBytes, localBytes,
            entry.Groups["threads"] is { Success: true, Value: string threads } ? int.Parse(threads, CultureInfo.InvariantCulture) : 1024);
    }

    private Instruction Instruction(Match statement)
    {
        string name = statement.Groups["name"].Value;
        string[] operands = [.. Operand().Matches(statement.Groups["operands"].Value).Select(m => m.Value)], parts = name.Split('.');
        var instruction = new Instruction(statement.Value.Trim(), Kind.Return)
        {
            Guard = statement.Groups["guard"] is { Success: true, Value: string guard } ? Row(guard) : -1,
            Negated = statement.Groups["not"].Value == "!",
        };
        switch (parts[0])
        {
            case "ret":
                return instruction;
            case "bar":
                return instruction with { Kind = Kind.Barrier };
            case "bra":
                var branch = instruction with { Kind = Kind.Branch, IsUniform = name == "bra.uni" };
                branches.Add((branch, operands[0]));
                return branch;
            case "mma" when name == "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32":
                return instruction with { Kind = Kind.Multiply, Registers = [.. operands.Select(Row)] };
            case "ld" or "st":
                string address = operands.Single(o => o[0] == '[');
                var (at, offset) = Address(address);
                return instruction with
                {
                    Kind = parts[0] == "ld" ? Kind.Load : Kind.Store,
                    Space = parts[1] switch
                    {
                        "param" => Space.Parameters,
                        "local" => Space.Local,
                        "shared" => Space.Shared,
                        "global" => Space.Global,
                        _ => throw Unknown(name)
                    },
                    Registers = [.. operands.Where(o => o != address).Select(Row)],
                    Base = at,
                    Offset = offset,
                    Size = int.Parse(parts[^1][1..], CultureInfo.InvariantCulture) / 8,
                };
            default:
                return instruction with
                {
                    Kind = Kind.Compute,
                    Function = Operations.All.GetValueOrDefault(name)
                    ?? throw Unknown(name),
                    Registers = [.. operands.Select(Row)]
                };
        }
    }

    private static CudaException Unknown(string name) => new(CudaException.InvalidPtx, $"the instruction {name} is not known");

    /// <summary>[%rd1+16], [__local_depot0+4], [_kernel_1]: the one parameter of a kernel begins at 0.</summary>
    private (int Base, int Offset) Address(string text)
    {
        string[] terms = text.Trim('[', ']').Split('+');
        int offset = terms.Length > 1 ? int.Parse(terms[1], CultureInfo.InvariantCulture) : 0;
        return terms[0][0] == '%' ? (Row(terms[0]), offset) : (-1, symbols.GetValueOrDefault(terms[0]) + offset);
    }

    /// <summary>The row of a register, constant, special register or the address of a symbol.</summary>
    private int Row(string operand)
    {
        if (!rows.TryGetValue(operand, out int row))
        {
            rows.Add(operand, row = rows.Count);
            if (operand[0] != '%')
            {
                constants.Add((row, symbols.TryGetValue(operand, out int address) ? (ulong)address : Constant(operand)));
            }
            else if (operand.Contains('.', StringComparison.Ordinal))
            {
                special.Add((row, operand));
            }
        }

        return row;
    }

    /// <summary>0fBITS of single precision, 0dBITS of double precision, or an integer.</summary>
    private static ulong Constant(string text) =>
        text.StartsWith("0f", StringComparison.OrdinalIgnoreCase) || text.StartsWith("0d", StringComparison.OrdinalIgnoreCase)
            ? ulong.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        : text[0] == '-' ? (ulong)long.Parse(text, CultureInfo.InvariantCulture) : ulong.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\.entry\s+(?<name>\w+)\(\s*\.param[^\[]*\[(?<parameters>\d+)\]\s*\)\s*(\.maxntid\s+(?<threads>\d+))?[^{]*\{(?<body>.*?)\n\}",
        RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex(
        @"(?<label>\w+):|\.reg[^;]*;|\.(?<space>shared|local)\s+\.align\s+(?<align>\d+)\s+\.b8\s+(?<symbol>\w+)\[(?<bytes>\d+)\];|"
        + @"(?:@(?<not>!?)(?<guard>%\w+)\s+)?(?<name>[a-z][\w.]*)(?<operands>[^;]*);")]
    private static partial Regex Statement();

    [GeneratedRegex(@"\[[^\]]*\]|[^\s,{}]+")]
    private static partial Regex Operand();
}
