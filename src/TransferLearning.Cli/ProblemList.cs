namespace TransferLearning.Cli;

/// <summary>The problems of a dataset, as warnings on stderr and as JSON.</summary>
internal static class ProblemList
{
    private const int MostWarnings = 10;

    /// <summary>As many problems of one kind are listed one by one; more become one line.</summary>
    private const int MostOfAKind = 3;

    public static IReadOnlyList<JsonOutput.Problem> Of(ImageDataset dataset, IReadOnlyList<string> skipped) =>
    [
        .. dataset.Problems.Select(problem => new JsonOutput.Problem(problem.Kind.ToString(), problem.Path, problem.Message)),
        .. skipped.Select(message => new JsonOutput.Problem("Skipped", string.Empty, OptionWords.LeftOut(message))),
    ];

    /// <summary>Prints the problems; folders that are left out are part of the explanation of the layout.</summary>
    public static void Warn(IReadOnlyList<JsonOutput.Problem> problems)
    {
        string[] lines =
        [
            .. problems.Where(problem => problem.Kind != nameof(DatasetProblemKind.IgnoredFolder)).GroupBy(KindOf).SelectMany(Lines),
        ];
        foreach (string line in lines.Take(MostWarnings))
            Console.Error.WriteLine("warning: " + OptionWords.Of(line));
        if (lines.Length > MostWarnings)
        {
            int more = lines.Length - MostWarnings;
            Console.Error.WriteLine(FormattableString.Invariant($"warning: {more} more; use --json for the complete list."));
        }
    }

    private static IEnumerable<string> Lines(IGrouping<string, JsonOutput.Problem> kind)
    {
        var problems = kind.ToList();
        return problems.Count <= MostOfAKind
            ? problems.Select(problem => problem.Message)
            : [FormattableString.Invariant($"{problems.Count} × the same, first: {problems[0].Message}")];
    }

    /// <summary>What the message says apart from the names in it.</summary>
    private static string KindOf(JsonOutput.Problem problem)
    {
        string[] parts = problem.Message.Split('\'');
        return $"{problem.Kind}: {string.Concat(parts.Where((_, i) => i % 2 == 0))}";
    }
}
