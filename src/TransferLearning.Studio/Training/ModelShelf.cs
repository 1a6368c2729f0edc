namespace TransferLearning.Studio;

/// <summary>The classifiers of finished runs: loaded once, and the last few of them kept.</summary>
/// <param name="folder">The project.</param>
public sealed class ModelShelf(ProjectFolder folder) : IDisposable
{
    private const int Kept = 2;

    private readonly SemaphoreSlim _loading = new(1);
    private readonly List<LoadedModel> _models = [];

    /// <summary>The run whose classifier was last chosen, on any page; null before the user has chosen.</summary>
    public long? Chosen { get; set; }

    /// <summary>
    /// The run to show: the chosen one, or else the most accurate one. Of equal ones the oldest: a smaller form of a classifier does not
    /// take its place.
    /// </summary>
    /// <param name="usable">The runs that have a classifier.</param>
    public TrainingRun? Preferred(IReadOnlyList<TrainingRun> usable) =>
        usable.FirstOrDefault(run => run.Id == Chosen)
            ?? usable.OrderByDescending(run => run.Accuracy ?? -1).ThenBy(run => run.Id).FirstOrDefault();

    /// <summary>The classifier of a run.</summary>
    /// <exception cref="IOException">The run has no model, or its file has vanished.</exception>
    public async Task<LoadedModel> OpenAsync(TrainingRun run, CancellationToken cancellationToken = default)
    {
        string path = PathOf(run);
        var written = File.GetLastWriteTimeUtc(path);
        await _loading.WaitAsync(cancellationToken);
        try
        {
            int index = _models.FindIndex(known => known.Path == path && known.Written == written);
            if (index >= 0)
            {
                var found = _models[index];
                _models.RemoveAt(index);
                _models.Add(found);
                return found;
            }

            var loaded = new LoadedModel(run.Id, path, written, await ImageClassifier.LoadAsync(path, null, cancellationToken));
            _models.Add(loaded);
            // One that is still in use finishes its work: a classifier that is disposed of waits for running calls.
            while (_models.Count > Kept)
            {
                _models[0].Dispose();
                _models.RemoveAt(0);
            }

            return loaded;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The full path of a run's model.</summary>
    /// <exception cref="IOException">The run has none.</exception>
    public string PathOf(TrainingRun run) => run.Model is { } model
        ? Path.GetFullPath(Path.Combine(folder.State, model))
        : throw new IOException($"The run '{run.Name}' has no model.");

    public void Dispose()
    {
        foreach (var model in _models)
            model.Dispose();
        _loading.Dispose();
    }
}

/// <summary>A classifier that is loaded, with what explains it.</summary>
/// <param name="Run">The id of its run.</param>
/// <param name="Path">The full path of its file.</param>
/// <param name="Written">When the file was written.</param>
/// <param name="Classifier">The classifier.</param>
public sealed record LoadedModel(long Run, string Path, DateTime Written, ImageClassifier Classifier) : IDisposable
{
    private readonly Lazy<GradCam?> _explanation = new(() =>
    {
        try
        {
            return new GradCam(Classifier);
        }
        catch (TransferLearningException)
        {
            return null;
        }
    });

    /// <summary>Explains predictions; null where the network cannot be explained.</summary>
    public GradCam? Explanation => _explanation.Value;

    public void Dispose()
    {
        if (_explanation.IsValueCreated)
            _explanation.Value?.Dispose();
        Classifier.Dispose();
    }
}
