namespace TransferLearning.MLNet;

/// <summary>Parses a text that is the same in every row, once.</summary>
/// <remarks>Safe for use from many threads: at worst two of them parse the same text.</remarks>
internal sealed class LastParsed<T>(Func<string, T> parse)
{
    private Entry? _last;

    /// <summary>The value of a text.</summary>
    public T Get(ReadOnlyMemory<char> text)
    {
        var last = _last;
        if (last is null || !text.Span.SequenceEqual(last.Text))
        {
            string copy = text.ToString();
            _last = last = new Entry(copy, parse(copy));
        }

        return last.Value;
    }

    private sealed record Entry(string Text, T Value);
}
