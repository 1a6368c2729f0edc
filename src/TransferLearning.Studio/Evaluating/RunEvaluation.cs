namespace TransferLearning.Studio;

/// <summary>A classifier judged on images of the project that it was not trained on, with the image of each answer.</summary>
/// <param name="Run">The run.</param>
/// <param name="Result">The library's evaluation.</param>
/// <param name="Ids">The project's image of each evaluated one, in the same order; −1 where it has vanished since.</param>
public sealed record RunEvaluation(TrainingRun Run, EvaluationResult Result, IReadOnlyList<int> Ids)
{
    /// <summary>The accuracy that the training found, where its images or labels have changed since; otherwise null.</summary>
    public double? Before => IsOnValidation && Run is { Accuracy: { } before, Images: { } images }
        && (images != Result.Report.Images || Math.Abs(before - Result.Report.Accuracy) > 0.5 / images) ? before : null;

    private bool IsOnValidation { get; init; }

    /// <summary>Judges a run on the validation images, or on the test images where there are some and they are asked for.</summary>
    /// <exception cref="DatasetException">There are no images to judge on, or classes that the classifier does not have.</exception>
    /// <exception cref="IOException">The run has no model.</exception>
    public static async Task<RunEvaluation> OfAsync(
        Project project, TrainingRun run, bool onTest, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var model = await project.Models.OpenAsync(run, cancellationToken);
        return await OfAsync(project, run, model.Classifier, onTest, progress, cancellationToken);
    }

    /// <summary>Judges a form of a run's classifier, for instance with a threshold, on the same images.</summary>
    public static async Task<RunEvaluation> OfAsync(
        Project project, TrainingRun run, ImageClassifier classifier, bool onTest, IProgress<TransferProgress>? progress,
            CancellationToken cancellationToken)
    {
        var snapshot = project.Images.Now;
        var dataset = ProjectDataset.Of(project.Folder, snapshot);
        var images = onTest && dataset.Test.Count > 0 ? dataset.Test : dataset.Validation;
        var result = await Task.Run(
            () => classifier.EvaluateAsync(images, UndecodableImages.Skip, progress, cancellationToken), cancellationToken);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var image in snapshot.Images)
            ids[project.Folder.PathOf(image)] = image.Id;
        return new RunEvaluation(run, result, [.. result.Images.Select(image => ids.GetValueOrDefault(image.Path, -1))])
        {
            IsOnValidation = ReferenceEquals(images, dataset.Validation),
        };
    }

    /// <summary>What thresholds would do to these images: how many are answered, and how many of those are right.</summary>
    public (int Answered, int Right) With(RejectionSummary thresholds)
    {
        var answered = Result.Images.Where(image => thresholds.Accepts(image.Prediction)).ToList();
        return (answered.Count, answered.Count(image => image.IsRight));
    }

    /// <summary>The mistakes, the surest first, as places in the result.</summary>
    public IEnumerable<int> Mistakes() => Enumerable.Range(0, Result.Images.Count)
        .Where(index => !Result.Images[index].IsRight)
        .OrderByDescending(index => Result.Images[index].Prediction.Probability);

    /// <summary>The images of a cell of the confusion matrix, as places in the result.</summary>
    public IEnumerable<int> Cell(int actual, int predicted) => Enumerable.Range(0, Result.Images.Count)
        .Where(index => Result.Images[index].ActualIndex == actual && Result.Images[index].Prediction.LabelIndex == predicted);
}
