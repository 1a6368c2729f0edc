using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using TransferLearning.Studio.Components.Common;

namespace TransferLearning.Studio.Components.Parts.Label;

/// <summary>Asks for the class of one image after the other, first where the classifier is in doubt.</summary>
public sealed partial class LabelPage
{
    /// <summary>How long Enter confirms nothing after the guess has changed by itself: it was meant for the former one.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(600);

    private readonly HashSet<int> _later = [];

    private ElementReference _part, _files, _folders, _keys;
    private CatalogSnapshot _snapshot = null!;
    private ImageEntry[] _order = [];
    private int _labelled;
    private bool _isAttached, _hasKeys, _isMoving;
    private int? _shown;
    private (int? Image, string? Guess) _asked;
    private long _pausedAt;
    private TrainingRun? _last;

    private static string RetrainLabel => FormattableString.Invariant($"Train again after {LabelWork.AnswersPerRun} answers");

    private ImageEntry? Current => _order.Length > 0 ? _order[0] : null;

    /// <summary>The class that the classifier guesses; null without a guess.</summary>
    private string? Guess =>
        CurrentGuess?.Top[0].Label is { } label && Array.Exists(_snapshot.Classes, known => known.Name == label) ? label : null;

    private LabelGuess? CurrentGuess => Current is { } image ? Project.Labelling.Guesses.GetValueOrDefault(image.Id) : null;

    private bool IsPaused => Stopwatch.GetElapsedTime(_pausedAt) < Pause;

    /// <summary>What is dropped here has no class.</summary>
    [JSInvokable]
    public override string? UploadClass() => null;

    [JSInvokable]
    public async Task OnKeyAsync(string key, bool shift, bool control)
    {
        if (key == "Enter")
            Confirm();
        else if (key == " ")
            Skip();
        else if (key is "x" or "Delete")
            Exclude();
        else if (key == "z")
            Undo();
        else if (key == "n")
            await NewClassAsync();
        else if (ClassKeys.Find(_snapshot.Classes, key) is { } known)
            Answer(known.Id);
        StateHasChanged();
    }

    [JSInvokable]
    public void OnSizeAsync(double width, double height)
    {
        // The keys come with the size of a grid, which this is not.
    }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Watch(handler => Project.Labelling.Job.Changed += handler, handler => Project.Labelling.Job.Changed -= handler);
        Watch(handler => Project.Training.Changed += handler, handler => Project.Training.Changed -= handler);
        OnChanged();
        if (_order.Length > 0)
            Project.Labelling.Refresh();
    }

    protected override void OnChanged()
    {
        int before = _order.Length;
        _snapshot = Project.Images.Now;
        // The image that is looked at stays until the user has done something about it.
        _order = [.. Project.Labelling.Order(_snapshot).OrderBy(image => image.Id == _shown ? 0 : _later.Contains(image.Id) ? 2 : 1)];
        _shown = Current?.Id;
        if (!Project.Training.IsTraining)
            _last = Project.Runs.NewestEnded();
        if (_asked != (_shown, Guess))
        {
            _asked = (_shown, Guess);
            if (!_isMoving)
            {
                _pausedAt = Stopwatch.GetTimestamp();
                _ = DrawAfterPauseAsync();
            }
        }

        _labelled = _snapshot.Images.Count(image => image.IsUsed && image.Marks.Class is not null);
        if (_order.Length > before)
            Project.Labelling.Refresh();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Script.AttachAsync("attachDrop", _part, false);
            _isAttached = true;
        }

        if (_isAttached && Current is not null != _hasKeys)
        {
            _hasKeys = Current is not null;
            if (_hasKeys)
            {
                await Script.AttachAsync("attachGrid", _keys);
                await _keys.FocusAsync(preventScroll: true);
            }
        }
    }

    private double? ShareOf(string name) =>
        CurrentGuess?.Top.Where(known => known.Label == name).Select(known => (double?)known.Probability).FirstOrDefault();

    private void Answer(int classId)
    {
        if (Current is { } image)
            Move(() =>
            {
                Project.Images.Change(
                    $"'{image.Name}' is '{Project.Images.Now.NameOf(classId)}'", [image.Id], known => known.Marks with { Class = classId });
                Project.Labelling.Answered(image.Id);
            });
    }

    /// <summary>Does what the user has asked for, and shows the image that comes then.</summary>
    private void Move(Action act)
    {
        _isMoving = true;
        act();
        OnChanged();
        _isMoving = false;
    }

    private async Task DrawAfterPauseAsync()
    {
        try
        {
            await Task.Delay(Pause + TimeSpan.FromMilliseconds(20), Left);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await InvokeAsync(StateHasChanged);
    }

    private void Confirm()
    {
        if (Guess is { } name && !IsPaused)
            Answer(_snapshot.Classes.First(known => known.Name == name).Id);
    }

    private void Skip()
    {
        if (Current is { } image)
            Move(() =>
            {
                _later.Add(image.Id);
                _shown = null;
            });
    }

    private void Exclude()
    {
        if (Current is { } image)
            Move(() => Project.Images.Change(
                $"'{image.Name}' excluded", [image.Id], known => known.Marks with { State = ImageState.Excluded }));
    }

    /// <summary>Takes back the last step, and shows the image that it was about.</summary>
    private void Undo()
    {
        var before = _order.Select(image => image.Id).ToHashSet();
        Move(() =>
        {
            if (Project.Images.Undo() is { } text)
                Snackbar.AddUndone(text);
            if (Project.Labelling.Order(Project.Images.Now).FirstOrDefault(image => !before.Contains(image.Id)) is { } back)
            {
                _shown = back.Id;
                _later.Remove(back.Id);
            }
        });
    }

    private void Retrain()
    {
        if (Project.Labelling.Retrain() is { } reason)
            Snackbar.Add(reason, Severity.Info);
    }

    private async Task NewClassAsync()
    {
        if (await NameDialog.AskNewAsync(Dialogs, _snapshot) is { } name)
            Answer(Project.Images.ClassNamed(name).Id);
        if (Current is not null)
            await _keys.FocusAsync(preventScroll: true);
    }

    private Task PickFilesAsync(bool folder) => PickAsync(folder ? _folders : _files);
}
