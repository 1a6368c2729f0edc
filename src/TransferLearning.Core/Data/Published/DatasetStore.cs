namespace TransferLearning;

/// <summary>
/// The folder of published datasets beside the weights. A dataset gets its name there only when it is complete: its files are verified and
/// unpacked into a temporary folder, which is then renamed.
/// </summary>
internal sealed class DatasetStore
{
    private const string DatasetsFolder = "datasets";
    private const string ArchivesFolder = ".archives";
    private const string UnpackingFolder = ".unpacking";

    /// <summary>In the folder of a dataset; readers of folders ignore names that start with a dot.</summary>
    private const string SourceFile = ".source";

    private readonly WeightCacheOptions _options;
    private readonly string _root;

    /// <summary>Opens the store; folders are created with the first download.</summary>
    public DatasetStore(WeightCacheOptions? options)
    {
        _options = options ?? WeightCacheOptions.Default;
        _root = Path.Combine(new WeightCache(_options).Folder, DatasetsFolder);
    }

    /// <summary>The folder of a dataset, whether it exists or not.</summary>
    public string FolderOf(NamedDataset dataset) => Path.Combine(_root, dataset.Name);

    /// <summary>Whether the dataset is complete on this machine.</summary>
    public bool Has(NamedDataset dataset)
    {
        string source = Path.Combine(FolderOf(dataset), SourceFile);
        return File.Exists(source) && File.ReadAllText(source).Trim() == dataset.Fingerprint;
    }

    /// <summary>Ensures that a dataset is complete on this machine.</summary>
    /// <returns>Its folder.</returns>
    public async Task<string> FetchAsync(
        NamedDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string folder = FolderOf(dataset);
        if (Has(dataset))
            return folder;
        string archives = Path.Combine(_root, ArchivesFolder, dataset.Name);
        CreateFolder(archives);
        using var held = await FileLock.AcquireAsync(
            Path.Combine(_root, ArchivesFolder, dataset.Name + ".lock"), _options.LockTimeout, static () => { }, cancellationToken)
            .ConfigureAwait(false);
        if (Has(dataset))
            return folder;
        var paths = await DownloadAsync(dataset, archives, progress, cancellationToken).ConfigureAwait(false);
        if (_options.Logger is { } logger)
            BackboneLog.DatasetLicense(logger, dataset.Name, dataset.License);
        await Task.Run(() => Unpack(dataset, paths, folder, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        Delete(archives);
        return folder;
    }

    private async Task<IReadOnlyList<string>> DownloadAsync(
        NamedDataset dataset, string archives, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var cache = new WeightCache(_options with { Folder = archives });
        var paths = new List<string>();
        long done = 0;
        foreach (var file in dataset.Files)
        {
            long before = done;
            var part = progress.Select<TransferProgress>(
                value => new TransferProgress(TransferStage.FetchDataset, before + value.Completed, dataset.Bytes));
            paths.Add(await cache.FetchAsync(file, part, cancellationToken).ConfigureAwait(false));
            done += file.Bytes;
        }

        return paths;
    }

    private void Unpack(
        NamedDataset dataset,
        IReadOnlyList<string> paths,
        string folder,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        string unpacking = Path.Combine(_root, ArchivesFolder, dataset.Name, UnpackingFolder);
        try
        {
            // What a process that was killed has left is not complete.
            Delete(unpacking);
            Directory.CreateDirectory(unpacking);
            new DatasetUnpacking(dataset, progress, cancellationToken).Run(paths, unpacking);
            File.WriteAllText(Path.Combine(unpacking, SourceFile), dataset.Fingerprint);

            // The images of another edition, or of a folder that is not of this store, make place.
            if (Directory.Exists(folder))
                Directory.Move(folder, $"{folder}.replaced-{Guid.NewGuid():N}");
            Directory.Move(unpacking, folder);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, unpacking);
        }
        finally
        {
            Delete(unpacking);
        }
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, folder);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
