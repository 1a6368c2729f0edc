namespace TransferLearning.Cli;

/// <summary>The problems of a dataset, as warnings on stderr and as JSON.</summary>
internal static class ProblemList
{
    private const int MostWarnings = 10;

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
            .. problems.Where(problem => problem.Kind != nameof(DatasetProblemKind.IgnoredFolder))
                .GroupBy(problem => (problem.Kind, MessageKind.Of(problem.Message)), problem => problem.Message)
                .Select(kind => kind.ToList())
                .SelectMany(kind => kind.Count <= MessageKind.MostListed ? kind : [MessageKind.Join(kind)]),
        ];
        foreach (string line in lines.Take(MostWarnings))
            Console.Error.WriteLine("warning: " + OptionWords.Of(line));
        if (lines.Length > MostWarnings)
        {
            int more = lines.Length - MostWarnings;
            Console.Error.WriteLine(FormattableString.Invariant($"warning: {more} more; use --json for the complete list."));
        }
    }
}
