namespace TransferLearning.Fuzz;

/// <summary>Where the repository is that this program was built in.</summary>
internal static class RepositoryFolder
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The folder <c>tests</c>.</summary>
    public static string Tests => Path.Combine(Found.Value, "tests");

    /// <summary>The folder of the corpora, one for each target.</summary>
    public static string Corpus => Path.Combine(Tests, "TransferLearning.Fuzz", "Corpus");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TransferLearning.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"TransferLearning.sln was not found above '{AppContext.BaseDirectory}'.");
    }
}
