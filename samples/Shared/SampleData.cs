using TransferLearning;

/// <summary>Where the images and weights of a sample come from.</summary>
internal static class SampleData
{
    private const string Variable = "TRANSFERLEARNING_TEST_DATA";

    /// <summary>
    /// The first argument of the command line, or a folder or file of the data that the variable names, or of <c>../shared</c> beside the
    /// repository; null when there is none.
    /// </summary>
    public static string? Find(string[] args, int argument, string relativePath)
    {
        if (args.Length > argument)
            return args[argument];
        string root = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : Path.Combine("..", "shared");
        string path = Path.GetFullPath(Path.Combine(root, relativePath));
        return Path.Exists(path) ? path : null;
    }

    /// <summary>A folder of images; without one the sample can only say what it needs.</summary>
    public static string? Images(string[] args, string name, string layout)
    {
        if (Find(args, 0, Path.Combine("datasets", name)) is { } folder)
            return folder;
        Console.Error.WriteLine(
            $"Pass a folder with the images as the first argument: {layout}. A backbone (a name or an ONNX file) may follow.");
        return null;
    }

    /// <summary>The second argument, a file or a name of the catalog; else the default.</summary>
    public static Backbone Network(string[] args)
    {
        if (args.Length < 2)
            return Backbones.Default;
        return File.Exists(args[1]) ? Backbone.FromFile(args[1]) : Backbones.Find(args[1]);
    }
}
