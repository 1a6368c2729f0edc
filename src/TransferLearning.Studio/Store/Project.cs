namespace TransferLearning.Studio;

/// <summary>An open project: its folder, its images and what works on them.</summary>
public sealed class Project : IAsyncDisposable
{
    private const string IndexedSetting = "indexed";
    private const string NotesSetting = "notes";

    private static readonly TimeSpan TimeForPage = TimeSpan.FromSeconds(3);

    private readonly FileStream _lock;

    private Project(ProjectFolder folder, FileStream fileLock)
    {
        Folder = folder;
        _lock = fileLock;
        Images = new ImageCatalog(folder.Database);
        Thumbnails = new Thumbnails(folder);
        Uploads = new ImageUploads(folder, Images);
        Runs = new RunTable(folder.Database);
        Training = new QueuedTrainings(folder, Runs);
        Models = new ModelShelf(folder);
        Checks = new DatasetCheck(this);
        Advice = new AdviceWork(this);
        Labelling = new LabelWork(this);
    }

    public ProjectFolder Folder { get; }

    public ImageCatalog Images { get; }

    public Thumbnails Thumbnails { get; }

    public ImageUploads Uploads { get; }

    public RunTable Runs { get; }

    public QueuedTrainings Training { get; }

    /// <summary>The classifiers of finished runs, loaded.</summary>
    public ModelShelf Models { get; }

    public DatasetCheck Checks { get; }

    public AdviceWork Advice { get; }

    public LabelWork Labelling { get; }

    /// <summary>What the next run is trained with, until the user changes it.</summary>
    public RunOptions NextRun { get; set; } = new();

    /// <summary>Reads the user's folder.</summary>
    public BackgroundJob Indexing { get; } = new();

    /// <summary>How the folder was read, in sentences for the user.</summary>
    public IReadOnlyList<string> Notes => Images.ReadSetting(NotesSetting)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Opens a project, and starts to compare it with its folder.</summary>
    /// <exception cref="IOException">Another studio has it open, or its state cannot be written.</exception>
    /// <exception cref="InvalidDataException">Its database cannot be read.</exception>
    public static Project Open(string root, string? state)
    {
        var folder = ProjectFolder.Open(root, state);
        FileStream fileLock;
        try
        {
            fileLock = new FileStream(
                Path.Combine(folder.State, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                    FileOptions.DeleteOnClose);
        }
        catch (IOException error)
        {
            throw new IOException($"Another studio has '{folder.Root}' open; close it first.", error);
        }

        try
        {
            var project = new Project(folder, fileLock);
            project.Indexing.Start(project.IndexAfterPageAsync);
            return project;
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>Compares the catalog with the folder again.</summary>
    public void Refresh() => Indexing.Start(IndexAsync);

    public async ValueTask DisposeAsync()
    {
        await Indexing.DisposeAsync();
        await Checks.Job.DisposeAsync();
        await Advice.Job.DisposeAsync();
        await Labelling.DisposeAsync();
        await Training.DisposeAsync();
        Models.Dispose();
        Thumbnails.Dispose();
        Images.Dispose();
        await _lock.DisposeAsync();
    }

    /// <summary>What is known already is shown first: the page needs the processor more than the comparison.</summary>
    private async Task IndexAfterPageAsync(IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        if (Images.ReadSetting(IndexedSetting) is not null)
            await Task.Delay(TimeForPage, cancellationToken);
        await IndexAsync(progress, cancellationToken);
    }

    private async Task IndexAsync(IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        bool first = Images.ReadSetting(IndexedSetting) is null;
        var found = await new FolderIndex(Folder).ReadAsync(Images.Now, progress, cancellationToken);
        if (first || !found.IsEmpty)
            Images.TakeOver(found);
        Images.WriteSetting(NotesSetting, string.Join('\n', found.Notes.Select(note => note.ReplaceLineEndings(" "))));
        Images.WriteSetting(IndexedSetting, "1");
    }
}
