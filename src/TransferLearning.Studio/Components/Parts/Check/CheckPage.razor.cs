using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using TransferLearning.Studio.Components.Common;

namespace TransferLearning.Studio.Components.Parts.Check;

/// <summary>What was found about the images, what is certain first, and what can be done about it.</summary>
public sealed partial class CheckPage
{
    private const int CertainShown = 8, SuspectsShown = 12;

    /// <summary>The next finding slides under the mouse when one is settled; the second half of a double click is not for it.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly HashSet<CheckKind> _shownWhole = [];
    private List<(CheckKind Kind, List<Finding> Findings)> _certain = [];
    private List<Finding> _strong = [], _weak = [];
    private bool _hasLabels, _showsWeak;
    private long _settled;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private IReadOnlyList<CheckItem>? Items => Project.Checks.Items;

    [JSInvokable]
    public void OnUndoKey(bool redo) => Undo(redo);

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Watch(handler => Project.Checks.Job.Changed += handler, handler => Project.Checks.Job.Changed -= handler);
        OnChanged();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await Script.AttachAsync("attachUndo");
    }

    protected override void OnChanged()
    {
        var snapshot = Project.Images.Now;
        _hasLabels = Array.Exists(snapshot.Images, image => image.IsUsed && image.Marks.Class is not null);
        List<Finding> open =
        [
            .. (Items ?? []).Select(item => new Finding(item, item.Open(snapshot)))
                .Where(found => found.Images.Length > 0 || (found.Item.Kind == CheckKind.Other && found.Item.Images.Count == 0)),
        ];
        _certain =
        [
            .. open.Where(found => found.Item.Kind != CheckKind.WrongLabel).GroupBy(found => found.Item.Kind).OrderBy(group => group.Key)
                .Select(group => (group.Key, group.ToList())),
        ];
        var suspects = open.Where(found => found.Item.Kind == CheckKind.WrongLabel).ToLookup(found => found.Item.IsStrong);
        _strong = [.. suspects[true]];
        _weak = [.. suspects[false]];
    }

    private static string TitleOf(CheckKind kind) => kind switch
    {
        CheckKind.ConflictingLabels => "One image, two labels",
        CheckKind.Leak => "One image in two splits",
        CheckKind.Damaged => "Damaged",
        CheckKind.Blank => "Blank",
        CheckKind.Blurred => "Perhaps blurred",
        CheckKind.Duplicate => "The same image again",
        _ => "To know",
    };

    private static string InShort(CheckKind kind, int count) => kind switch
    {
        CheckKind.ConflictingLabels => $"{count} with two labels",
        CheckKind.Leak => $"{count} in two splits",
        CheckKind.Damaged => $"{count} damaged",
        CheckKind.Blank => $"{count} blank",
        CheckKind.Blurred => $"{count} perhaps blurred",
        CheckKind.Duplicate => $"{count} repeated",
        _ => $"{count} to know",
    };

    private void Settle(Remedy remedy)
    {
        if (Stopwatch.GetElapsedTime(_settled) < Pause)
            return;
        _settled = Stopwatch.GetTimestamp();
        long step = remedy.Change is { } change
            ? Project.Images.Change(remedy.Text, remedy.Images, change)
            : Project.Images.Keep(remedy.Text, remedy.Images);
        Snackbar.AddStep(Project.Images, remedy.Text, step);
    }

    private void SettleAll((CheckKind Kind, List<Finding> Findings) group) => Settle(Remedy.Exclude(group.Findings
        .SelectMany(found => group.Kind == CheckKind.Duplicate ? found.Images.Skip(1) : found.Images).DistinctBy(image => image.Id)));

    private void Undo(bool redo)
    {
        _settled = 0;
        if (Project.Images.Undo(redo) is { } text)
            Snackbar.AddUndone(text, redo);
    }

    /// <summary>A finding with the images that it still is about.</summary>
    private sealed record Finding(CheckItem Item, ImageEntry[] Images);
}
