namespace TransferLearning.Benchmarks;

/// <summary>
/// The real weights and images: the folder named by <c>TRANSFERLEARNING_TEST_DATA</c>, or <c>../shared</c> from the repository root.
/// </summary>
internal static class BenchmarkData
{
    /// <summary>The path of a file or folder of the data.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static string Require(string relativePath)
    {
        string root = Environment.GetEnvironmentVariable("TRANSFERLEARNING_TEST_DATA") is { Length: > 0 } folder
            ? folder
            : Path.Combine(RepositoryRoot, "..", "shared");
        string path = Path.GetFullPath(Path.Combine(root, relativePath));
        return Path.Exists(path) ? path : throw new FileNotFoundException($"'{path}' is needed; set TRANSFERLEARNING_TEST_DATA.", path);
    }

    /// <summary>Looked for where it is needed: a program that was copied to another machine has none.</summary>
    private static readonly Lazy<string> Repository = new(FindRepository);

    /// <summary>The configuration of this build, which is that of the projects it comes with.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The folder with <c>TransferLearning.sln</c>.</summary>
    public static string RepositoryRoot => Repository.Value;

    /// <summary>The command line tool, as it was built with the benchmarks.</summary>
    public static string Tool => InRepository($"src/TransferLearning.Cli/bin/{Configuration}/net10.0/TransferLearning.Cli.dll");

    /// <summary>A path of the repository.</summary>
    public static string InRepository(string relativePath) => Path.Combine(RepositoryRoot, relativePath);

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TransferLearning.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"TransferLearning.sln was not found above '{AppContext.BaseDirectory}'.");
    }
}
