using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace TransferLearning.Studio.Components.Common;

/// <summary>A page that shows the open project and is drawn anew when its images change.</summary>
public abstract class PartBase : ComponentBase, IAsyncDisposable
{
    private readonly List<Action> _leave = [];
    private PageScript? _script;
    private int _isDrawingAsked;

    [Inject]
    private StudioSession Session { get; set; } = null!;

    [Inject]
    private IJSRuntime Runtime { get; set; } = null!;

    /// <summary>The script of the page, which calls the page's methods; what it has attached ends with the page.</summary>
    protected PageScript Script => _script ??= new PageScript(Runtime, ScriptFile, this);

    /// <summary>The address of the page's script.</summary>
    protected virtual string ScriptFile => "./studio.js";

    /// <summary>The open project; the layout shows no page without one.</summary>
    protected Project Project { get; private set; } = null!;

    /// <summary>Ends when the page is left.</summary>
    protected CancellationToken Left => _left.Token;

    private readonly CancellationTokenSource _left = new();

    protected override void OnInitialized()
    {
        Project = Session.Project ?? throw new InvalidOperationException("No folder is open.");
        Watch(handler => Project.Images.Changed += handler, handler => Project.Images.Changed -= handler);
        Watch(handler => Project.Indexing.Changed += handler, handler => Project.Indexing.Changed -= handler);
    }

    /// <summary>
    /// Draws the page anew at an event of any thread, until the page is left. Events that come faster than the page is drawn are one.
    /// </summary>
    protected void Watch(Action<Action> enter, Action<Action> leave)
    {
        Action handler = () =>
        {
            if (Interlocked.Exchange(ref _isDrawingAsked, 1) == 1)
                return;
            _ = InvokeAsync(() =>
            {
                Volatile.Write(ref _isDrawingAsked, 0);
                OnChanged();
                StateHasChanged();
            });
        };
        enter(handler);
        _leave.Add(() => leave(handler));
    }

    /// <summary>Long work of this page alone: it draws the page as it goes on, and is stopped when the page is left.</summary>
    protected BackgroundJob WorkOfPage()
    {
        var job = new BackgroundJob();
        Watch(handler => job.Changed += handler, handler => job.Changed -= handler);
        _leave.Add(job.Cancel);
        return job;
    }

    /// <summary>Something has changed; called before the page is drawn.</summary>
    protected virtual void OnChanged()
    {
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var leave in _leave)
            leave();
        _leave.Clear();
        await _left.CancelAsync();
        _left.Dispose();
        if (_script is not null)
            await _script.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
