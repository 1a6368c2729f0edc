using MudBlazor;

namespace TransferLearning.Studio.Components.Parts.Evaluate;

/// <summary>Where a classifier errs: on images of the project that it was not trained on.</summary>
public partial class EvaluatePage
{
    private const int MostShown = 24;

    private BackgroundJob _job = null!;
    private readonly HashSet<int> _explained = [];
    private RunEvaluation? _evaluation;
    private (int Actual, int Predicted)? _cell;
    private RejectionSummary? _stored;
    private double _threshold = 0.7;
    private long _run;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _job = WorkOfPage();
    }

    private Task ChooseAsync(long id)
    {
        (_run, _evaluation, _cell, _stored) = (id, null, null, null);
        _explained.Clear();
        if (Project.Runs.Find(id) is { } run)
        {
            _job.Start(async (progress, cancellationToken) =>
            {
                _evaluation = await RunEvaluation.OfAsync(Project, run, onTest: true, progress, cancellationToken);
                _stored = (await Project.Models.OpenAsync(run, cancellationToken)).Classifier.Rejection;
            });
        }

        return Task.CompletedTask;
    }

    private IEnumerable<int> Shown(RunEvaluation evaluation) =>
        _cell is { } cell ? evaluation.Cell(cell.Actual, cell.Predicted) : evaluation.Mistakes();

    private string Title(ClassificationReport report) => _cell is { } cell
        ? $"{report.ConfusionMatrix.Classes[cell.Actual]} taken for {report.ConfusionMatrix.Classes[cell.Predicted]}"
        : "Mistakes, the surest first";

    private static string LabelOf(ClassificationReport report, int actual, int predicted, int count) =>
        $"{Words.Count(count, "image")} of {report.ConfusionMatrix.Classes[actual]} taken for {report.ConfusionMatrix.Classes[predicted]}";

    private int? ClassNamed(string name) => Project.Images.Now.Classes.FirstOrDefault(known => known.Name == name)?.Id;

    private void Relabel(int image, int to)
    {
        string text = $"1 image to '{Project.Images.Now.NameOf(to)}'";
        if (Project.Images.Change(text, [image], entry => entry.Marks with { Class = to }) > 0)
            Snackbar.Add(text, Severity.Success);
    }

    private void Explain(int image)
    {
        if (!_explained.Remove(image))
            _explained.Add(image);
    }

    /// <summary>Writes into the model which images are unknown, so that as many of the others are right as was chosen.</summary>
    private void StoreThreshold(double precision)
    {
        if (Project.Runs.Find(_run) is not { } run)
            return;
        _job.Start(async (progress, cancellationToken) =>
        {
            var dataset = ProjectDataset.Of(Project.Folder, Project.Images.Now);
            var model = await Project.Models.OpenAsync(run, cancellationToken);
            var options = new RejectionOptions { Precision = Math.Clamp(precision, 0.5, 0.999) };
            using var careful = await Task.Run(
                () => model.Classifier.WithRejectionAsync(dataset.Train, dataset.Validation, options, progress, cancellationToken),
                cancellationToken);
            await careful.SaveAsync(model.Path, cancellationToken);
            _stored = careful.Rejection;
        });
    }
}
