namespace TransferLearning.Studio;

/// <summary>What all pages of a server share: the project that is open.</summary>
public sealed class StudioSession : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);

    /// <summary>Another project was opened; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The open project; null before one is chosen.</summary>
    public Project? Project { get; private set; }

    /// <summary>Opens a folder, and closes the project that was open.</summary>
    /// <param name="root">The folder; it is created where it is absent.</param>
    /// <param name="state">Where the studio keeps its state; null for inside the folder.</param>
    /// <exception cref="IOException">The folder cannot be used; the message says why.</exception>
    /// <exception cref="InvalidDataException">Its database cannot be read.</exception>
    public async Task OpenAsync(string root, string? state = null)
    {
        await _opening.WaitAsync();
        try
        {
            if (Project?.Folder.Root == Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))
                return;
            var opened = Project.Open(root, state);
            var former = Project;
            Project = opened;
            if (former is not null)
                await former.DisposeAsync();
        }
        finally
        {
            _opening.Release();
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        if (Project is { } project)
            await project.DisposeAsync();
        _opening.Dispose();
    }
}
