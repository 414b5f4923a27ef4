using System.Globalization;
using LisNative.Data;
using Microsoft.Extensions.Options;

namespace LisNative.Hosting;

/// <summary>The ranges of the options, each told with what was found.</summary>
internal sealed class OptionsCheck : IValidateOptions<LisDetectorOptions>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10), Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, LisDetectorOptions options)
    {
        var problems = new List<string>();
        Require(options.Path.Length > 0, nameof(options.Path), "a model file", "none");
        Require(options.FalseAlarmRate is > 0 and < 1, nameof(options.FalseAlarmRate), "a share between 0 and 1", options.FalseAlarmRate);
        Require(options.ReloadInterval == TimeSpan.Zero || (options.ReloadInterval >= Shortest && options.ReloadInterval <= Longest),
            nameof(options.ReloadInterval), $"zero, or from {Shortest} to {Longest}", options.ReloadInterval);
        Require(options.Colour is null || Enum.IsDefined(options.Colour.Value), nameof(options.Colour), "Grey or Rgb", options.Colour);
        Require(options.MaxImageBytes > 0, nameof(options.MaxImageBytes), "at least 1", options.MaxImageBytes);
        Require(options.MaxImagePixels is > 0 and <= (int)ReadOptions.MostPixels,
            nameof(options.MaxImagePixels), $"from 1 to {ReadOptions.MostPixels}", options.MaxImagePixels);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Require(bool holds, string option, string expected, object? found)
        {
            if (!holds)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"detector {name}, {option}: expected {expected}, found {found}"));
            }
        }
    }
}
