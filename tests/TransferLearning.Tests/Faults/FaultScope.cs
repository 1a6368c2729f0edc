using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>
/// No fault may leave anything behind: a separate folder that, at the end, contains only the files of the test, none of them open. Its
/// tests run while no other test does (<see cref="MeasuresTheProcess"/>).
/// </summary>
internal sealed class FaultScope : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly SortedSet<string> _expected = new(StringComparer.Ordinal);
    private bool _failed;

    public string Folder => _folder.Path;

    /// <summary>The path of a file that need not be there.</summary>
    public string Path(string name) => _folder.File(name);

    /// <summary>Writes a file that must still be there at the end, with the same bytes.</summary>
    public string Put(string name, byte[] content)
    {
        string path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        Keep(path);
        return path;
    }

    /// <summary>A file that may be there at the end.</summary>
    public void Keep(string path) => _expected.Add(path);

    /// <summary>Runs something that must fail with the given exception, whose message must hold all the given parts.</summary>
    public T Refused<T>(Action action, params string[] parts)
        where T : Exception
    {
        var error = Assert.ThrowsAny<T>(action);
        return Checked(error, parts);
    }

    /// <inheritdoc cref="Refused{T}(Action, string[])"/>
    public async Task<T> RefusedAsync<T>(Func<Task> action, params string[] parts)
        where T : Exception
    {
        var error = await Assert.ThrowsAnyAsync<T>(action);
        return Checked(error, parts);
    }

    public void Dispose()
    {
        try
        {
            if (_failed)
                return;
            Assert.Equal(_expected, Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            Assert.True(SpinWait.SpinUntil(HandlesAreBack, Patience), $"still open: {string.Join(", ", OpenFiles())}");
        }
        finally
        {
            _folder.Dispose();
        }
    }

    private T Checked<T>(T error, string[] parts)
        where T : Exception
    {
        _failed = true;
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        _failed = false;
        return error;
    }

    /// <summary>Whether no file of this folder is open any more, not counting handles that wait for their finalizers.</summary>
    private bool HandlesAreBack()
    {
        if (OpenFiles().Count == 0)
            return true;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return false;
    }

    private IReadOnlyList<string> OpenFiles() => !OperatingSystem.IsLinux()
        ? []
        :
        [
            .. Directory.GetFileSystemEntries("/proc/self/fd").Select(handle => new FileInfo(handle).LinkTarget ?? "")
                .Where(target => target.StartsWith(Folder, StringComparison.Ordinal)),
        ];
}
