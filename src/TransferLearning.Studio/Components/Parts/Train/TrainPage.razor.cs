using Microsoft.AspNetCore.Components;

namespace TransferLearning.Studio.Components.Parts.Train;

/// <summary>Starts runs, and shows the one that trains.</summary>
public sealed partial class TrainPage
{
    private string _name = "";
    private string? _error;
    private IReadOnlyList<TrainingRun> _runs = [];
    private LiveRun? _past;
    private ElementReference _now;
    private bool _wasStarted;

    /// <summary>Why nothing can be trained yet; null if it can.</summary>
    private string? Obstacle => Counts.UsedClasses < 2
        ? "A classifier tells classes apart: label images of two classes at least."
        : null;

    /// <summary>What a run has said: at this moment, or in its log.</summary>
    private LiveRun? SaidBy(TrainingRun run) => new[] { Project.Training.Live, _past }.FirstOrDefault(live => live?.Id == run.Id);

    private ImageCounts Counts { get; set; } = null!;

    private string Data => $"{Words.Count(Counts.Splits.Values.Sum(), "image")} of " +
        $"{Words.Count(Counts.UsedClasses, "class")}";

    /// <summary>What Start will do.</summary>
    private string Plan => Project.NextRun switch
    {
        { Scenario: TransferScenario.Auto } => "As it stands, the studio measures what suits your images and trains that.",
        { Scenario: TransferScenario.FeatureExtraction } => $"It will train a new head on the features of {BackboneName}.",
        { Scenario: TransferScenario.FineTuning, Freeze: { } share } =>
            $"It will fine-tune {BackboneName}; the first {Words.Share(share)} of it stay as they are.",
        { Scenario: TransferScenario.FineTuning } => $"It will fine-tune {BackboneName}.",
        _ => $"It will train {BackboneName} from scratch.",
    };

    private string BackboneName => Path.GetFileNameWithoutExtension(Project.NextRun.Backbone);

    /// <summary>The run that trains, or else the newest one that has ended.</summary>
    private TrainingRun? Current => _runs.FirstOrDefault(run => run.State == RunState.Running)
        ?? _runs.FirstOrDefault(run => run.Id == Project.Training.Live?.Id)
        ?? _runs.FirstOrDefault(run => run.State is RunState.Done or RunState.Failed or RunState.Interrupted);

    private IEnumerable<TrainingRun> Waiting => _runs
        .Where(run => run.State is RunState.Queued or RunState.Cancelled or RunState.Interrupted)
        .Where(run => run.Source == TrainingRun.OfStudio && run.Id != Current?.Id)
        .OrderBy(run => run.Id);

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Watch(handler => Project.Training.Changed += handler, handler => Project.Training.Changed -= handler);
        Watch(handler => Project.Runs.Changed += handler, handler => Project.Runs.Changed -= handler);
        OnChanged();
        _name = NextName();
    }

    protected override void OnChanged()
    {
        _runs = Project.Runs.All();
        if (Current is { } run && run.Id != Project.Training.Live?.Id && run.Id != _past?.Id)
            _past = LiveRun.Of(new RunFiles(Project.Folder, run.Id), run.Id);
        Counts = ImageCounts.Of(Project.Images.Now);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await base.OnAfterRenderAsync(firstRender);
        if (!_wasStarted)
            return;
        _wasStarted = false;
        await Script.CallAsync("show", _now);
    }

    private string NextName() => FormattableString.Invariant($"Run {_runs.Select(run => run.Id).DefaultIfEmpty(0).Max() + 1}");

    private async Task Start()
    {
        try
        {
            _error = null;
            var snapshot = Project.Images.Now;
            var dataset = await Task.Run(() => ProjectDataset.Of(Project.Folder, snapshot));
            Project.Training.Add(_name.Trim() is { Length: > 0 } name ? name : NextName(), Project.NextRun, dataset);
            OnChanged();
            (_name, _wasStarted) = (NextName(), true);
        }
        catch (Exception error) when (error is TransferLearningException or ArgumentException or IOException)
        {
            _error = error.Message;
        }
    }
}
