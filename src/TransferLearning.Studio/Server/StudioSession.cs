namespace TransferLearning.Studio;

/// <summary>What all pages of a server share: the project that is open.</summary>
public sealed class StudioSession : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private Task _closing = Task.CompletedTask;

    /// <summary>Another project was opened; raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The open project; null before one is chosen.</summary>
    public Project? Project { get; private set; }

    /// <summary>
    /// Opens a folder, and closes the project that was open: what works on it is stopped, which is not waited for; a training stops at its
    /// checkpoint, and goes on when that folder is opened again.
    /// </summary>
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
            // It may be the folder that is being closed.
            await _closing;
            var former = Project;
            Project = Project.Open(root, state);
            if (former is not null)
                _closing = Task.Run(() => former.DisposeAsync().AsTask());
        }
        finally
        {
            _opening.Release();
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        await _closing;
        if (Project is { } project)
            await project.DisposeAsync();
        _opening.Dispose();
    }
}
