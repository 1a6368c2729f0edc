namespace TransferLearning.Studio;

/// <summary>What a classifier thinks of an image without a class.</summary>
/// <param name="Top">The most probable classes by name, first the most probable.</param>
/// <param name="Margin">By how much the first is more probable than the second: small where it is in doubt.</param>
public sealed record LabelGuess(IReadOnlyList<(string Label, float Probability)> Top, double Margin);

/// <summary>
/// Active learning (uncertainty sampling by the smallest margin, Scheffer et al. 2001): the classifier guesses what has no class, the user
/// is asked where it is in doubt, and it is trained anew on the answers.
/// </summary>
/// <remarks>Safe for use from many threads.</remarks>
public sealed class LabelWork : IAsyncDisposable
{
    /// <summary>After so many answers it trains again.</summary>
    public const int AnswersPerRun = 20;

    /// <summary>The maximum number of images that are guessed at a time.</summary>
    private const int MostGuesses = 2000;

    private readonly Project _project;
    private volatile Dictionary<int, LabelGuess> _guesses = [];
    private volatile HashSet<int> _seen = [];
    private readonly Lock _answering = new();
    private readonly HashSet<int> _answered = [];
    private long _guessedBy;

    public LabelWork(Project project)
    {
        _project = project;
        project.Training.Changed += OnTraining;
    }

    public BackgroundJob Job { get; } = new();

    /// <summary>Whether it trains again by itself after <see cref="AnswersPerRun"/> answers.</summary>
    public bool Retrains { get; set; } = true;

    /// <summary>The guesses by the id of the image.</summary>
    public IReadOnlyDictionary<int, LabelGuess> Guesses => _guesses;

    /// <summary>The number of answers since the last training that were not undone.</summary>
    public int CountAnswers(CatalogSnapshot snapshot)
    {
        lock (_answering)
            return _answered.Count(id => snapshot.Find(id) is { IsUsed: true, Marks.Class: not null });
    }

    /// <summary>The images without a class: first those that are in doubt, then those that were not guessed.</summary>
    public ImageEntry[] Order(CatalogSnapshot snapshot)
    {
        var guesses = _guesses;
        return
        [
            .. snapshot.Images.Where(image => image.IsUsed && image.Marks.Class is null)
                .OrderBy(image => guesses.TryGetValue(image.Id, out var guess) ? guess.Margin : 2).ThenBy(image => image.Id),
        ];
    }

    /// <summary>Guesses with the newest classifier what it has not guessed yet.</summary>
    public void Refresh()
    {
        if (_project.Runs.NewestModel() is { } run && ToGuess(run).Length > 0)
            Job.Start((progress, cancellationToken) => GuessAllAsync(run, progress, cancellationToken));
    }

    /// <summary>An image got its class.</summary>
    public void Answered(int image)
    {
        lock (_answering)
            _answered.Add(image);
        if (Retrains && CountAnswers(_project.Images.Now) >= AnswersPerRun)
            Retrain();
    }

    /// <summary>Trains on all that is labelled now.</summary>
    /// <returns>Why it cannot; null if it does.</returns>
    public string? Retrain()
    {
        if (_project.Training.IsTraining)
            return "A training is running; the answers are part of the next one.";
        try
        {
            var dataset = ProjectDataset.Of(_project.Folder, _project.Images.Now);
            var options = new RunOptions { Scenario = TransferScenario.FeatureExtraction };
            _project.Training.Add(FormattableString.Invariant($"With {dataset.Train.Count} labels"), options, dataset);
            lock (_answering)
                _answered.Clear();
            return null;
        }
        catch (Exception error) when (error is TransferLearningException or IOException)
        {
            return error.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _project.Training.Changed -= OnTraining;
        await Job.DisposeAsync();
    }

    private ImageEntry[] ToGuess(TrainingRun run)
    {
        var seen = run.Id == Interlocked.Read(ref _guessedBy) ? _seen : [];
        var open = _project.Images.Now.Images.Where(image => image.IsUsed && image.Marks.Class is null).ToList();
        // The order of the hashes is as good as a random one, and always the same.
        return
        [
            .. open.Where(image => !seen.Contains(image.Id)).OrderBy(image => image.Hash.Low)
                .Take(MostGuesses - open.Count(image => seen.Contains(image.Id))),
        ];
    }

    /// <summary>Images that are added meanwhile are guessed too.</summary>
    private async Task GuessAllAsync(TrainingRun run, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        for (ImageEntry[] images; (images = ToGuess(run)).Length > 0;)
            await GuessAsync(run, images, progress, cancellationToken);
    }

    private async Task GuessAsync(
        TrainingRun run, ImageEntry[] images, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        var model = await _project.Models.OpenAsync(run, cancellationToken);
        var predicted = await model.Classifier.PredictAsync(
            [.. images.Select(_project.Folder.PathOf)], UndecodableImages.Skip, progress, cancellationToken);
        bool isSameRun = run.Id == Interlocked.Read(ref _guessedBy);
        var guesses = isSameRun ? new Dictionary<int, LabelGuess>(_guesses) : [];
        for (int i = 0; i < images.Length; i++)
        {
            if (predicted[i].Prediction is not { } prediction)
                continue;
            (string, float)[] top = [.. prediction.Top(9).Select(known => (known.Label, known.Probability))];
            guesses[images[i].Id] = new LabelGuess(top, top.Length < 2 ? 1 : top[0].Item2 - top[1].Item2);
        }

        _guesses = guesses;
        _seen = [.. isSameRun ? _seen : [], .. images.Select(image => image.Id)];
        Interlocked.Exchange(ref _guessedBy, run.Id);
    }

    private void OnTraining()
    {
        if (!_project.Training.IsTraining)
            Refresh();
    }
}
