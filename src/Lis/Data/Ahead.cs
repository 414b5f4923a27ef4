namespace LisNative.Data;

/// <summary>Something in turn, of which the next is made by another thread while one is used.</summary>
internal static class Ahead
{
    /// <summary>The same in the same order; what ends the making ends the using, where its turn would have been.</summary>
    internal static IEnumerable<T> Of<T>(IEnumerable<T> source)
    {
        using var each = source.GetEnumerator();
        var next = Task.Run(each.MoveNext);
        try
        {
            while (next.GetAwaiter().GetResult())
            {
                var current = each.Current;
                next = Task.Run(each.MoveNext);
                yield return current;
            }
        }
        finally
        {
            next.ContinueWith(_ => { }, TaskScheduler.Default).Wait();       // nothing is read any more when this is left early
        }
    }
}
