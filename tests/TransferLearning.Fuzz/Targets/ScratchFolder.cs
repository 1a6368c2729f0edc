namespace TransferLearning.Fuzz;

/// <summary>A folder for the files of one target, in that of the parent process or in memory where the system has such a place.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>The variable with the folder that the parent process removes.</summary>
    public const string ParentVariable = "TRANSFERLEARNING_FUZZ_SCRATCH";

    private const string SharedMemory = "/dev/shm";

    public ScratchFolder()
    {
        string usual = Directory.Exists(SharedMemory) ? SharedMemory : System.IO.Path.GetTempPath();
        string parent = Environment.GetEnvironmentVariable(ParentVariable) is { Length: > 0 } given ? given : usual;
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"transferlearning-fuzz-{Guid.NewGuid():N}")).FullName;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
