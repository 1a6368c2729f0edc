using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using TransferLearning.Studio.Components.Common;

namespace TransferLearning.Studio.Components.Parts.Images;

/// <summary>All images: look, select, label, exclude, move, add, undo.</summary>
public sealed partial class ImagesPage
{
    private readonly HashSet<int> _selected = [];

    private ElementReference _part, _files, _folders;
    private ImageGrid? _grid;
    private CatalogSnapshot _snapshot = null!;
    private ImageCounts _counts = null!;
    private Dictionary<int, string> _names = [];
    private ImageQuery _query = new();
    private ImageEntry[] _items = [];
    private bool _dragging, _asksNewClass;

    private string Selection =>
        _selected.Count == 0 ? Words.Count(_items.Length, "image") : $"{_selected.Count:N0} of {_items.Length:N0} selected";

    /// <summary>The class that dropped images get: the one that is shown.</summary>
    [JSInvokable]
    public override string? UploadClass() => _snapshot.NameOf(_query.Class);

    protected override void OnAdded(int images)
    {
        if (images > 0)
            Snackbar.Add($"{Words.Count(images, "image")} added", Severity.Success);
    }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        OnChanged();
    }

    protected override void OnChanged()
    {
        if (ReferenceEquals(_snapshot, Project.Images.Now))
            return;
        _snapshot = Project.Images.Now;
        _counts = ImageCounts.Of(_snapshot);
        _names = _snapshot.Classes.ToDictionary(known => known.Id, known => known.Name);
        if (_query.Class is { } id && id != ImageQuery.Unlabelled && !_names.ContainsKey(id))
            _query = _query with { Class = null };
        Run();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await Script.AttachAsync("attachDrop", _part, true);
        if (_asksNewClass)
        {
            // The menu is closed now.
            _asksNewClass = false;
            await NewClassAsync();
        }
    }

    private void Show(ImageQuery query)
    {
        _query = query;
        Run();
    }

    private void Run()
    {
        _items = _query.Run(_snapshot);
        _selected.IntersectWith(_items.Select(image => image.Id));
    }

    private void Relabel(int? classId) => Change(
        $"{Words.Count(_selected.Count, "image")} to '{_snapshot.NameOf(classId) ?? "no class"}'", marks => marks with { Class = classId });

    private void MoveToSplit(Split split) =>
        Change($"{Words.Count(_selected.Count, "image")} to {SplitNames.Of(split)}", marks => marks with { Split = split });

    private void ExcludeOrReturn() => Change(
        $"{Words.Count(_selected.Count, "image")} {(_query.Excluded ? "used again" : "excluded")}",
        marks => marks with { State = _query.Excluded ? ImageState.Used : ImageState.Excluded });

    private void Change(string text, Func<ImageMarks, ImageMarks> change)
    {
        if (_selected.Count == 0)
            return;
        Snackbar.AddStep(Project.Images, text, Project.Images.Change(text, [.. _selected], image => change(image.Marks)));
    }

    private void Undo(bool redo)
    {
        if (Project.Images.Undo(redo) is { } text)
            Snackbar.AddUndone(text, redo);
    }

    /// <summary>Images were dropped on a class or a split of the panel.</summary>
    private void MoveTo(PanelTarget target)
    {
        _dragging = false;
        if (target.Split is { } split)
            MoveToSplit(split);
        else
            Relabel(target.Class);
    }

    private Task OnCommandAsync(string key)
    {
        if (key is "x" or "Delete")
            ExcludeOrReturn();
        else if (key is "z" or "y")
            Undo(key == "y");
        else if (key is "t" or "v" or "s")
            MoveToSplit(SplitNames.All.First(split => SplitNames.Letter(split).Equals(key, StringComparison.OrdinalIgnoreCase)));
        else if (key == ClassKeys.OfNone(_snapshot.Classes))
            Relabel(null);
        else if (ClassKeys.Find(_snapshot.Classes, key) is { } known)
            Relabel(known.Id);
        return Task.CompletedTask;
    }

    private Task PickFilesAsync(bool folder) => PickAsync(folder ? _folders : _files);

    private async Task NewClassAsync()
    {
        if (await NameDialog.AskNewAsync(Dialogs, _snapshot) is { } name)
            Relabel(Project.Images.ClassNamed(name).Id);
    }

    private async Task OpenAsync(int id)
    {
        await LargeImageDialog.ShowAsync(Dialogs, Project, id);
        if (_grid is not null)
            await _grid.FocusAsync();
    }

    private Task CameraAsync() => CameraDialog.ShowAsync(Dialogs, Project, _snapshot.NameOf(_query.Class));

    private Task ExportAsync() => ExportDialog.ShowAsync(Dialogs, Project);

    private Task<IDialogReference> ShowKeysAsync() => Dialogs.ShowAsync<KeysDialog>("Keys of the grid");
}
