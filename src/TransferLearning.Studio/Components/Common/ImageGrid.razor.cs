using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace TransferLearning.Studio.Components.Common;

/// <summary>A grid of any number of images.</summary>
public sealed partial class ImageGrid
{
    private const double WideTile = 144, NarrowTile = 112, NarrowFrom = 520, Gap = 8;

    private ElementReference _element;
    private Virtualize<int>? _rows;
    private PageScript? _script;
    private ImageEntry[]? _shown;
    private int _columns, _focus, _anchor;
    private double _rowHeight = WideTile, _height;

    /// <summary>The images; another array when they change.</summary>
    [Parameter, EditorRequired]
    public ImageEntry[] Items { get; set; } = [];

    /// <summary>The names of the classes by id.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyDictionary<int, string> ClassNames { get; set; } = null!;

    /// <summary>The ids of the selected images; the grid changes it.</summary>
    [Parameter, EditorRequired]
    public HashSet<int> Selected { get; set; } = null!;

    [Parameter]
    public string Label { get; set; } = "Images";

    [Parameter]
    public bool CanDrag { get; set; }

    [Parameter]
    public EventCallback OnSelect { get; set; }

    /// <summary>An image is to be shown large; its id.</summary>
    [Parameter]
    public EventCallback<int> OnOpen { get; set; }

    /// <summary>A key that is not about selection: a digit, x, t, v, s, Delete, z or y.</summary>
    [Parameter]
    public EventCallback<string> OnCommand { get; set; }

    [Parameter]
    public EventCallback OnDragStart { get; set; }

    [Parameter]
    public EventCallback OnDragEnd { get; set; }

    private ImageEntry? Current => _focus < Items.Length ? Items[_focus] : null;

    /// <summary>The keyboard reaches the grid.</summary>
    public ValueTask FocusAsync() => _element.FocusAsync(preventScroll: true);

    /// <summary>The width of the grid in pixels decides the number of columns.</summary>
    [JSInvokable]
    public async Task OnSizeAsync(double width, double height)
    {
        _height = height;
        int columns = Math.Max(2, (int)((width - Gap) / ((width < NarrowFrom ? NarrowTile : WideTile) + Gap)));
        double rowHeight = Math.Round((width / columns * 0.94) + Gap);
        if (columns == _columns && Math.Abs(rowHeight - _rowHeight) < 1)
            return;
        (_columns, _rowHeight) = (columns, rowHeight);
        await RefreshAsync();
    }

    /// <summary>A tile was clicked, or its tick, which keeps what else is selected.</summary>
    [JSInvokable]
    public Task OnPickAsync(int place, bool shift, bool control) => PickAsync(place, shift, control);

    [JSInvokable]
    public async Task OnOpenAsync(int place)
    {
        if (place < Items.Length)
            await OnOpen.InvokeAsync(Items[place].Id);
    }

    /// <summary>The selected images are dragged, with the tile where it began.</summary>
    [JSInvokable]
    public async Task OnDragAsync(int place, bool ended)
    {
        if (ended)
        {
            await OnDragEnd.InvokeAsync();
            return;
        }

        if (place < Items.Length && !Selected.Contains(Items[place].Id))
            await PickAsync(place, shift: false, control: false);
        await OnDragStart.InvokeAsync();
    }

    [JSInvokable]
    public async Task OnKeyAsync(string key, bool shift, bool control)
    {
        int page = Math.Max(1, (int)(_height / _rowHeight)) * _columns;
        int? move = key switch
        {
            "ArrowLeft" => _focus - 1,
            "ArrowRight" => _focus + 1,
            "ArrowUp" => _focus - _columns,
            "ArrowDown" => _focus + _columns,
            "PageUp" => _focus - page,
            "PageDown" => _focus + page,
            "Home" => 0,
            "End" => Items.Length - 1,
            _ => null,
        };
        if (Items.Length > 0 && move is { } place)
            await PickAsync(Math.Clamp(place, 0, Items.Length - 1), shift, control: false);
        else if (key == " ")
            await PickAsync(_focus, shift: false, control: true);
        else if (key == "Enter" && Current is { } current)
            await OnOpen.InvokeAsync(current.Id);
        else if (key == "a" && control)
            await SelectAsync(Items.Select(image => image.Id));
        else if (key == "Escape")
            await SelectAsync([]);
        else
            await OnCommand.InvokeAsync(key == "z" && shift ? "y" : key);
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
            await _script.DisposeAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(_shown, Items))
            return;
        bool sameLength = _shown?.Length == Items.Length;
        _shown = Items;
        _focus = Math.Clamp(_focus, 0, Math.Max(0, Items.Length - 1));
        if (_rows is not null && !sameLength)
            await _rows.RefreshDataAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _script = new PageScript(Script, "./studio.js", this);
        await _script.AttachAsync("attachTiles", _element);
    }

    private ValueTask<ItemsProviderResult<int>> ProvideAsync(ItemsProviderRequest request)
    {
        int rows = (Items.Length + _columns - 1) / _columns;
        int start = Math.Min(request.StartIndex, rows);
        return ValueTask.FromResult(new ItemsProviderResult<int>(Enumerable.Range(start, Math.Min(request.Count, rows - start)), rows));
    }

    private async Task PickAsync(int place, bool shift, bool control)
    {
        if (place >= Items.Length)
            return;
        _focus = place;
        if (shift)
        {
            int anchor = Math.Min(_anchor, Items.Length - 1);
            await SelectAsync(Items[Math.Min(anchor, place)..(Math.Max(anchor, place) + 1)].Select(image => image.Id), keep: control);
        }
        else
        {
            _anchor = place;
            int id = Items[place].Id;
            if (!control)
                await SelectAsync([id]);
            else if (!Selected.Remove(id))
                await SelectAsync([id], keep: true);
            else
                await OnSelect.InvokeAsync();
        }

        if (_script is not null)
            await _script.CallAsync("showRow", _element, place / _columns * _rowHeight, _rowHeight);
    }

    private async Task SelectAsync(IEnumerable<int> ids, bool keep = false)
    {
        if (!keep)
            Selected.Clear();
        Selected.UnionWith(ids);
        await OnSelect.InvokeAsync();
    }

    private async Task RefreshAsync()
    {
        if (_rows is not null)
            await _rows.RefreshDataAsync();
        StateHasChanged();
    }

    private string CaptionOf(ImageEntry image) =>
        image.Marks.Class is { } id && ClassNames.TryGetValue(id, out string? name) ? name : "–";

    private static string SplitLetter(ImageEntry image) => image.Marks.Class is null ? "" : SplitNames.Letter(image.Marks.Split);

    /// <summary>With the caption it is the name of the tile.</summary>
    private static string AltOf(ImageEntry image) =>
        $"{image.Name}{(image.Marks.Class is null ? ", without a class" : "")}{(image.IsUsed ? "" : ", excluded")}";
}
