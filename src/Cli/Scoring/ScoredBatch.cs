using LisNative.Data;

namespace LisNative.Cli.Scoring;

/// <summary>The scores of some samples, and why others have none.</summary>
/// <param name="Names">Those of the samples that were scored.</param>
/// <param name="Scores">One for each name.</param>
/// <param name="Unreadable">Why others could not be read.</param>
internal sealed record ScoredBatch(IReadOnlyList<string> Names, float[] Scores, IReadOnlyList<InputException> Unreadable)
{
    /// <summary>Whether the samples follow those of the batch before, as rows of one signal do.</summary>
    internal bool Continues { get; init; }

    /// <summary>The columns that made each score so; null where nobody asked, and of another process.</summary>
    internal IReadOnlyList<IReadOnlyList<ColumnShare>>? Reasons { get; init; }

    /// <summary>The time of each in seconds; null where they are not known, and of another process.</summary>
    internal IReadOnlyList<double>? Times { get; init; }

    /// <summary>As bytes, for another process.</summary>
    internal byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory))
        {
            writer.Write(Scores.Length);
            foreach (var (name, score) in Names.Zip(Scores))
            {
                writer.Write(name);
                writer.Write(score);
            }

            writer.Write(Unreadable.Count);
            foreach (var problem in Unreadable)
            {
                writer.Write(problem is OtherSizeException);
                writer.Write(problem.Where);
                writer.Write(problem.Message);
            }
        }

        return memory.ToArray();
    }

    internal static ScoredBatch Deserialise(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var (names, scores) = (new string[reader.ReadInt32()], new List<float>());
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = reader.ReadString();
            scores.Add(reader.ReadSingle());
        }

        var problems = new InputException[reader.ReadInt32()];
        for (int i = 0; i < problems.Length; i++)
        {
            bool otherSize = reader.ReadBoolean();
            var where = new InputException(reader.ReadString(), "");
            problems[i] = otherSize ? new OtherSizeException(reader.ReadString(), where) : new(reader.ReadString(), where);
        }

        return new(names, [.. scores], problems);
    }
}
