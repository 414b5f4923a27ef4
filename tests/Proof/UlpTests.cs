using LisNative.Proof.Ulp;

namespace LisNative.Tests.Proof;

/// <summary>The transcendentals' bounds, over a sample of all floats; `verify --ulp --exhaustive` takes every one.</summary>
public class UlpTests
{
    private const long Stride = 9973;

    public static TheoryData<string, string> Cases() => Backends.Times(_ => UlpSurvey.Functions.Select(f => f.Name));

    [Theory, MemberData(nameof(Cases))]
    public void Error_is_within_the_bound(string backend, string name)
    {
        var function = UlpSurvey.Functions.Single(f => f.Name == name);
        var (ulp, at) = UlpSurvey.Measure(function, Backends.Get(backend), Stride);
        Assert.True(ulp <= function.Bound, $"{name}: {ulp} ULP at {at:R}, bound {function.Bound}");
        Assert.True(ulp > 0.4, $"{name}: {ulp} ULP: no float formula is that exact, so nothing was compared");
    }
}
