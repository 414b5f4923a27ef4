using LisNative.Data;
using LisNative.Training;

namespace LisNative;

/// <summary>
/// Several models, whose scores are joined: each counts from the median of normal scores, in units of the distance from there to their 0.9
/// quantile. The networks' mean and the other's are added.
/// </summary>
internal sealed class JoinedModel : Model
{
    internal const string Name = "auto";

    private const string ScalesName = "scales";

    private const double Upper = 0.9;

    /// <summary>Samples scored at once.</summary>
    private const int Batch = 256;

    private readonly Model[] members;
    private readonly float[] scales;

    /// <summary>Joins; scales [members, 2] are the median of each one's normal scores, and what one of its units weighs.</summary>
    private JoinedModel(Model[] members, Tensor scales)
        : base([.. members.SelectMany((member, i) => member.State.Select(s => (Prefix(i) + s.Name, s.Value))), (ScalesName, scales)]) =>
        (this.members, this.scales) = (members, scales.ToArray());

    internal override IReadOnlyList<string> ScoreNames { get; } = [Name];

    internal override string? OnHost => "joins the scores of several methods";

    /// <summary>Each learns from nine tenths of the normal data, and is scaled by its scores of the others.</summary>
    internal static JoinedModel Fit(FitContext context, AutoOptions options)
    {
        var (train, held) = ValidationSplit.Of(context.Normal, context.Random.FoldIn(Streams.Validation));
        var part = context with { Normal = train };
        Model[] members = [.. options.Members(train.SampleShape).Select((member, i) => member.Fit(part.ForMember(i, options.Networks)))];
        float[] scales = [.. members.SelectMany((member, i) =>
        {
            var (median, unit) = Scale(member.Score(held ?? train, member.ScoreNames[0]));
            return new[] { median, (i < options.Networks ? 1f / options.Networks : 1) / unit };
        })];
        return new(members, context.Device.From(scales, [members.Length, 2]))
        {
            History = new([.. members.SelectMany(m => m.History.Phases)], [.. members.SelectMany(m => m.History.Unmoved)],
                [.. members.SelectMany(m => m.History.Findings).Distinct()]),
        };
    }

    internal static JoinedModel Load(Device device, Shape sample, SafeTensors file, AutoOptions options)
    {
        var wanted = options.Members(sample);
        return new(
            [.. wanted.Select((member, i) => member.Load(device, sample, Own(file, Prefix(i))))],
            file.Get(ScalesName, [wanted.Count, 2]).ToTensor(device));
    }

    internal override float[] Score(Dataset prepared, string score)
    {
        var joined = new float[prepared.Count];
        foreach (var (i, member) in members.Index())
        {
            Add(i, member.Score(prepared, member.ScoreNames[0]), joined);
        }

        return joined;
    }

    internal override void Score(ReadOnlySpan<float> prepared, Shape sample, Span<float> scores)
    {
        scores.Clear();
        Span<float> own = stackalloc float[Math.Min(Batch, scores.Length)];
        for (int at = 0; at < scores.Length; at += own.Length)
        {
            own = own[..Math.Min(own.Length, scores.Length - at)];
            for (int i = 0; i < members.Length; i++)
            {
                members[i].Score(prepared.Slice(at * sample.Count, own.Length * sample.Count), sample, own);
                Add(i, own, scores.Slice(at, own.Length));
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private void Add(int member, ReadOnlySpan<float> own, Span<float> joined)
    {
        for (int i = 0; i < own.Length; i++)
        {
            joined[i] += (own[i] - scales[2 * member]) * scales[(2 * member) + 1];
        }
    }

    private static (float Median, float Unit) Scale(float[] normal)
    {
        Array.Sort(normal);
        float median = normal[normal.Length / 2], unit = normal[(int)(Upper * normal.Length)] - median;
        return (median, unit > 0 ? unit : 1);
    }

    private static SafeTensors Own(SafeTensors file, string prefix) => file.Renamed(file.Tensors.Keys
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(name => name[prefix.Length..], name => name));

    private static string Prefix(int member) => $"member{member + 1}.";
}
