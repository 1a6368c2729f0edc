namespace TransferLearning.Tests.TestSupport;

/// <summary>
/// The real weights and images beside the repository: the folder named by <c>TRANSFERLEARNING_TEST_DATA</c>, or <c>../shared</c> from
/// the repository root. Tests that need it skip with a reason where it is absent.
/// </summary>
internal static class TestData
{
    private static readonly Lazy<string> Repository = new(FindRepository);

    /// <summary>The folder with <c>TransferLearning.sln</c>.</summary>
    public static string RepositoryRoot => Repository.Value;

    /// <summary>The folder of the real data, whether it exists or not.</summary>
    public static string Root => Environment.GetEnvironmentVariable("TRANSFERLEARNING_TEST_DATA") is { Length: > 0 } folder
        ? folder
        : Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    /// <summary>
    /// The path of a real file or folder, for instance <c>models/mobilenetv2-1.0-224.onnx</c>; skips the test where it is absent.
    /// </summary>
    public static string Require(string relativePath)
    {
        string path = Path.Combine(Root, relativePath);
        Assert.SkipUnless(
            Path.Exists(path), $"needs '{relativePath}' under TRANSFERLEARNING_TEST_DATA (default ../shared), which is absent");
        return path;
    }

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
