namespace TransferLearning;

/// <summary>An equation of Einsum with every axis named by a letter, axes behind an ellipsis and an implied result included.</summary>
/// <param name="Terms">The letters of each operand.</param>
/// <param name="Output">The letters of the result.</param>
internal sealed record EinsumEquation(IReadOnlyList<string> Terms, string Output)
{
    private const string Ellipsis = "...";

    /// <summary>Reads an equation such as <c>"bij,bjk->bik"</c>.</summary>
    /// <param name="equation">The attribute of the node.</param>
    /// <param name="ranks">The number of axes of each operand.</param>
    public static EinsumEquation Parse(string equation, int[] ranks)
    {
        string compact = equation.Replace(" ", "", StringComparison.Ordinal);
        string[] sides = compact.Split("->");
        string[] terms = sides[0].Split(',');
        int[] hidden = [.. terms.Select((term, i) =>
            term.Contains(Ellipsis, StringComparison.Ordinal) ? ranks[i] - (term.Length - Ellipsis.Length) : 0)];
        string free = string.Concat(Enumerable.Range('A', 26).Concat(Enumerable.Range('a', 26)).Select(letter => (char)letter)
            .Where(letter => !compact.Contains(letter, StringComparison.Ordinal)).Take(hidden.Max()));

        // Hidden axes are aligned at their ends, as in broadcasting.
        string[] named = [.. terms.Select((term, i) =>
            term.Replace(Ellipsis, free[(free.Length - hidden[i])..], StringComparison.Ordinal))];
        string result = sides.Length > 1
            ? sides[1].Replace(Ellipsis, free, StringComparison.Ordinal)
            : free + string.Concat(sides[0].Where(char.IsAsciiLetter).GroupBy(letter => letter)
                .Where(group => group.Count() == 1).Select(group => group.Key).Order());
        return new EinsumEquation(named, result);
    }
}
