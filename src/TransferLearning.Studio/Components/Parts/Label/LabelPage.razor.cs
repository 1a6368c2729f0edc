using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using TransferLearning.Studio.Components.Common;

namespace TransferLearning.Studio.Components.Parts.Label;

/// <summary>Asks for the class of one image after the other, first where the classifier is in doubt.</summary>
public sealed partial class LabelPage
{
    private readonly HashSet<int> _later = [];

    private ElementReference _part, _files, _folders, _keys;
    private CatalogSnapshot _snapshot = null!;
    private ImageEntry[] _order = [];
    private int _labelled;
    private bool _isAttached, _hasKeys;

    private static string RetrainLabel => FormattableString.Invariant($"Train again after {LabelWork.AnswersPerRun} answers");

    private ImageEntry? Current => _order.Length > 0 ? _order[0] : null;

    /// <summary>The class that the classifier guesses; null without a guess.</summary>
    private string? Guess =>
        CurrentGuess?.Top[0].Label is { } label && Array.Exists(_snapshot.Classes, known => known.Name == label) ? label : null;

    private LabelGuess? CurrentGuess => Current is { } image ? Project.Labelling.Guesses.GetValueOrDefault(image.Id) : null;

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
        else if (key[0] - '1' is >= 0 and < 9 and var index && index < _snapshot.Classes.Length)
            Answer(_snapshot.Classes[index].Id);
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
        var order = Project.Labelling.Order(_snapshot);
        _order = [.. order.Where(image => !_later.Contains(image.Id)), .. order.Where(image => _later.Contains(image.Id))];
        _labelled = _snapshot.Images.Count(image => image.IsUsed && image.Marks.Class is not null);
        if (_order.Length > before)
            Project.Labelling.Refresh();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await AttachAsync("attachDrop", _part, false);
            _isAttached = true;
        }

        if (_isAttached && Current is not null != _hasKeys)
        {
            _hasKeys = Current is not null;
            if (_hasKeys)
            {
                await AttachAsync("attachGrid", _keys);
                await _keys.FocusAsync(preventScroll: true);
            }
        }
    }

    private double? ShareOf(string name) =>
        CurrentGuess?.Top.Where(known => known.Label == name).Select(known => (double?)known.Probability).FirstOrDefault();

    private void Answer(int classId)
    {
        if (Current is not { } image)
            return;
        Project.Images.Change(
            $"'{image.Name}' is '{_snapshot.NameOf(classId)}'", [image.Id], known => known.Marks with { Class = classId });
        Project.Labelling.Answered();
        OnChanged();
    }

    private void Confirm()
    {
        if (Guess is { } name)
            Answer(_snapshot.Classes.First(known => known.Name == name).Id);
    }

    private void Skip()
    {
        if (Current is { } image)
            _later.Add(image.Id);
        OnChanged();
    }

    private void Exclude()
    {
        if (Current is { } image)
            Project.Images.Change($"exclude '{image.Name}'", [image.Id], known => known.Marks with { State = ImageState.Excluded });
        OnChanged();
    }

    private void Undo()
    {
        if (Project.Images.Undo() is { } text)
            Snackbar.Add($"Undone: {text}", Severity.Normal);
        OnChanged();
    }

    private void Retrain()
    {
        if (Project.Labelling.Retrain() is { } reason)
            Snackbar.Add(reason, Severity.Info);
    }

    private async Task NewClassAsync()
    {
        if (await NameDialog.AskAsync(Dialogs, "New class", "Name", "") is { } name)
            Answer(Project.Images.ClassNamed(name).Id);
        if (Current is not null)
            await _keys.FocusAsync(preventScroll: true);
    }

    private Task PickFilesAsync(bool folder) => PickAsync(folder ? _folders : _files);
}
