namespace LisNative.Data;

/// <summary>What is told of missing values, of tables as text and of arrays alike.</summary>
internal static class MissingTold
{
    internal static string Filled(string path, int values, int rows, Missing rule) =>
        $"{path}: {values} missing values in {rows} rows are taken for their columns' {(rule == Missing.Mean ? "means" : "medians")}";

    internal static string LeftOut(string path, int left, int rows, Missing rule) =>
        $"{path}: {left} of {rows} rows lack {(rule == Missing.Drop ? "" : "all ")}values and are left out";
}
