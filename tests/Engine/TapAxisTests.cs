using LisNative.Cpu;

namespace LisNative.Tests.Engine;

/// <summary>The geometry of convolutions against the definition: input pixel p·S + r·D − P meets output pixel p by tap r.</summary>
public class TapAxisTests
{
    private const int Size = 12;

    public static TheoryData<int, int, int> Geometries() =>
        [.. from stride in Enumerable.Range(1, 4) from padding in Enumerable.Range(0, 4) from dilation in Enumerable.Range(
            1, 4) select (stride, padding, dilation)];

    [Theory, MemberData(nameof(Geometries))]
    public void Each_output_reads_each_of_its_taps_once(int stride, int padding, int dilation)
    {
        var axis = new ConvAxis(stride, padding, padding, dilation);
        foreach (int kernel in Enumerable.Range(1, 6))
        {
            var met = from p in Enumerable.Range(-4 * Size, 8 * Size)
                      from r in Enumerable.Range(0, kernel)
                      select (Output: p, Tap: r, Input: (p * stride) + (r * dilation) - padding);
            Assert.Equal(
                met.Where(m => m.Output is >= 0 and < Size).Order(),
                Reads(new(kernel, axis, transposed: false)).Order());
            Assert.Equal(
                met.Where(m => m.Input is >= 0 and < Size).Select(m => (m.Input, m.Tap, m.Output)).Order(),
                Reads(new(kernel, axis, transposed: true)).Order());
        }
    }

    /// <summary>The CPU's phases write each pixel once, read nothing beyond their border, and find taps as neighbours.</summary>
    [Theory, MemberData(nameof(Geometries))]
    public void Phases_write_each_pixel_once_within_their_border(int stride, int padding, int dilation)
    {
        var g = new ConvGeometry((stride, dilation), new(padding, 3 - padding, stride, dilation), (dilation, stride));
        Shape x = [1, 1, Size, Size + 1], w = [1, 1, 3, 2], y = g.Output(x, w);
        foreach (var (transposed, from, to) in new[] { (false, x, y), (true, y, x) })
        {
            var phases = new ConvPhases(transposed, g, to, w);
            int columns = from[3];
            var border = phases.Border(from[2], columns);
            var written = new List<(int, int)>();
            foreach (var p in Enumerable.Range(0, phases.Count).Select(i => phases.Phase(i, 0)))
            {
                written.AddRange(from i in Enumerable.Range(0, p.Rows)
                                 from j in Enumerable.Range(0, p.Columns)
                                 select (p.Row0 + (i * p.RowStep), p.Column0 + (j * p.ColumnStep)));
                Assert.InRange(p.PadTop, int.MinValue, border.Top);
                Assert.InRange(p.PadLeft, int.MinValue, border.Left);
                Assert.InRange(((p.Rows - 1) * p.Down.Scale) - p.PadTop + p.Down.Reach, int.MinValue, from[2] + border.Bottom);
                Assert.InRange(((p.Columns - 1) * p.Across.Scale) - p.PadLeft + p.Across.Reach, int.MinValue, from[3] + border.Right);
                Assert.Equal(
                    from j in Enumerable.Range(0, p.Columns)
                    from t in Enumerable.Range(0, p.Across.Count)
                    select border.Place((j * p.Across.Scale) - p.PadLeft + (t * p.Across.Gap), columns),
                    from j in Enumerable.Range(0, p.Columns)
                    from t in Enumerable.Range(0, p.Across.Count)
                    select p.PartStart(j % p.Parts, border, columns) + (j / p.Parts * p.PartStride) + t);
                Assert.Equal(p.Columns, Enumerable.Range(0, p.Parts).Sum(p.PartColumns));
            }

            Assert.Distinct(Enumerable.Range(-border.Left, border.Left + columns + border.Right).Select(x => border.Place(x, columns)));

            Assert.Equal(from i in Enumerable.Range(0, to[2]) from j in Enumerable.Range(0, to[3]) select (i, j), written.Order());
        }
    }

    /// <summary>What the phases of an axis say: output, tap, input.</summary>
    private static IEnumerable<(int Output, int Tap, int Input)> Reads(TapAxis axis)
    {
        Assert.Equal(axis.Most, Enumerable.Range(0, axis.Phases).Max(a => axis.ForPhase(a).Count));
        return from output in Enumerable.Range(0, Size)
               let taps = axis.ForPhase(output % axis.Phases)
               from t in Enumerable.Range(0, taps.Count)
               select (output, taps.First + (t * taps.Step), ((output / axis.Phases) * taps.Scale) + taps.Start + (t * taps.Move));
    }
}
