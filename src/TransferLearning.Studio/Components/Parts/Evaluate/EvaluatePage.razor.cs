using TransferLearning.Studio.Components.Common;

namespace TransferLearning.Studio.Components.Parts.Evaluate;

/// <summary>Where a classifier errs: on images of the project that it was not trained on.</summary>
public partial class EvaluatePage
{
    private const int MostShown = 24;
    private const double UsualConfidence = 0.7;

    private BackgroundJob _job = null!;
    private readonly HashSet<int> _explained = [];
    private RunEvaluation? _evaluation;
    private (int Actual, int Predicted)? _cell;
    private RejectionSummary? _stored;
    private double? _similarity;
    private double _confidence = UsualConfidence;
    private bool _withSimilarity;
    private long _run;

    /// <summary>The thresholds that the page shows, and that are stored.</summary>
    private RejectionOptions Limits => new()
    {
        Confidence = _confidence, Threshold = _withSimilarity ? _similarity : Thresholds.AnySimilarity,
    };

    private RejectionSummary Chosen => new()
    {
        Confidence = _confidence, Threshold = Limits.Threshold ?? Thresholds.AnySimilarity, Coverage = 1, Precision = 0,
    };

    private bool IsMeasured => !_withSimilarity || _similarity is not null;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _job = WorkOfPage();
    }

    private Task ChooseAsync(long id)
    {
        (_run, _evaluation, _cell, _stored) = (id, null, null, null);
        (_confidence, _withSimilarity, _similarity) = (UsualConfidence, false, null);
        _explained.Clear();
        if (Project.Runs.Find(id) is { } run)
        {
            _job.Start(async (progress, cancellationToken) =>
            {
                var evaluation = await RunEvaluation.OfAsync(Project, run, onTest: true, progress, cancellationToken);
                _stored = (await Project.Models.OpenAsync(run, cancellationToken)).Classifier.Rejection;
                if (_stored is { } stored)
                {
                    _withSimilarity = stored.Threshold > Thresholds.AnySimilarity;
                    (_confidence, _similarity) = (stored.Confidence, _withSimilarity ? stored.Threshold : null);
                }

                _evaluation = evaluation;
            });
        }

        return Task.CompletedTask;
    }

    private IEnumerable<int> Shown(RunEvaluation evaluation) =>
        _cell is { } cell ? evaluation.Cell(cell.Actual, cell.Predicted) : evaluation.Mistakes();

    private string Title(ClassificationReport report) => _cell is not { } cell
        ? "Mistakes, the surest first"
        : cell.Actual == cell.Predicted
            ? $"{report.ConfusionMatrix.Classes[cell.Actual]}, found"
            : $"{report.ConfusionMatrix.Classes[cell.Actual]} taken for {report.ConfusionMatrix.Classes[cell.Predicted]}";

    private static string LabelOf(ClassificationReport report, int actual, int predicted, int count) =>
        $"{Words.Count(count, "image")} of {report.ConfusionMatrix.Classes[actual]} " +
        (actual == predicted ? "found" : $"taken for {report.ConfusionMatrix.Classes[predicted]}");

    /// <summary>What thresholds do to the images of the evaluation, in words.</summary>
    private static string Effect(RunEvaluation evaluation, RejectionSummary thresholds)
    {
        var (answered, right) = evaluation.With(thresholds);
        return $"Answers {Words.Share((double)answered / evaluation.Result.Images.Count)} of these images" +
            (answered > 0 ? $", and {Words.Share((double)right / answered)} of those are right." : ".");
    }

    private int? ClassNamed(string name) => Project.Images.Now.Classes.FirstOrDefault(known => known.Name == name)?.Id;

    private void Relabel(int image, int to)
    {
        string text = $"1 image to '{Project.Images.Now.NameOf(to)}'";
        Snackbar.AddStep(Project.Images, text, Project.Images.Change(text, [image], entry => entry.Marks with { Class = to }));
    }

    private void Explain(int image)
    {
        if (!_explained.Remove(image))
            _explained.Add(image);
    }

    /// <summary>Compares the images with the training images, so that the page can say what that limit does before it is stored.</summary>
    private void MeasureSimilarity(bool isWanted)
    {
        _withSimilarity = isWanted;
        if (IsMeasured || Project.Runs.Find(_run) is not { } run)
            return;
        _job.Start(async (progress, cancellationToken) =>
        {
            try
            {
                using var careful = await LimitedAsync(run, new RejectionOptions { Confidence = 0 }, progress, cancellationToken);
                _evaluation = await RunEvaluation.OfAsync(Project, run, careful, onTest: true, progress, cancellationToken);
                _similarity = careful.Rejection!.Threshold;
            }
            finally
            {
                _withSimilarity = _similarity is not null;
            }
        });
    }

    /// <summary>Writes the limits into the model, as they are.</summary>
    private void StoreThreshold()
    {
        if (Project.Runs.Find(_run) is not { } run)
            return;
        var limits = Limits;
        _job.Start(async (progress, cancellationToken) =>
        {
            using var careful = await LimitedAsync(run, limits, progress, cancellationToken);
            await careful.SaveAsync(Project.Models.PathOf(run), cancellationToken);
            _stored = careful.Rejection;
        });
    }

    private async Task<ImageClassifier> LimitedAsync(
        TrainingRun run, RejectionOptions limits, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        var dataset = ProjectDataset.Of(Project.Folder, Project.Images.Now);
        var model = await Project.Models.OpenAsync(run, cancellationToken);
        return await Task.Run(
            () => model.Classifier.WithRejectionAsync(dataset.Train, dataset.Validation, limits, progress, cancellationToken),
            cancellationToken);
    }
}
