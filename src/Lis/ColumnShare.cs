namespace LisNative;

/// <summary>What a column of a table has to do with a row's score.</summary>
/// <param name="Column">Its name, or its number from 1.</param>
/// <param name="Value">The row's, in words.</param>
/// <param name="Expected">What it would be in a normal row: what the model makes of it where it reconstructs, else the usual value.</param>
/// <param name="Share">From 0 to 1: of the squared error where the model reconstructs; else of what the score loses when each column alone
/// has its usual value.</param>
public sealed record ColumnShare(string Column, string Value, string Expected, double Share);
