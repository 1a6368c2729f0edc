namespace TransferLearning.Cli;

/// <summary>The problems of a dataset, as warnings on stderr and as JSON.</summary>
internal static class ProblemList
{
    private const int MostWarnings = 10;

    public static IReadOnlyList<JsonOutput.Problem> Of(ImageDataset dataset, IReadOnlyList<string> skipped) =>
    [
        .. dataset.Problems.Select(problem => new JsonOutput.Problem(problem.Kind.ToString(), problem.Path, problem.Message)),
        .. skipped.Select(message => new JsonOutput.Problem("Skipped", string.Empty, message)),
    ];

    public static void Warn(IReadOnlyList<JsonOutput.Problem> problems)
    {
        foreach (var problem in problems.Take(MostWarnings))
            Console.Error.WriteLine("warning: " + problem.Message);
        if (problems.Count > MostWarnings)
        {
            int more = problems.Count - MostWarnings;
            Console.Error.WriteLine(FormattableString.Invariant($"warning: {more} more; use --json for the complete list."));
        }
    }
}
