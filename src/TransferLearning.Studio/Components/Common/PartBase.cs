using Microsoft.AspNetCore.Components;

namespace TransferLearning.Studio.Components.Common;

/// <summary>A page that shows the open project and is drawn anew when its images change.</summary>
public abstract class PartBase : ComponentBase, IDisposable
{
    private readonly List<Action> _leave = [];

    [Inject]
    private StudioSession Session { get; set; } = null!;

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

    /// <summary>Draws the page anew at an event of any thread, until the page is left.</summary>
    protected void Watch(Action<Action> enter, Action<Action> leave)
    {
        Action handler = () => _ = InvokeAsync(() =>
        {
            OnChanged();
            StateHasChanged();
        });
        enter(handler);
        _leave.Add(() => leave(handler));
    }

    /// <summary>Something has changed; called before the page is drawn.</summary>
    protected virtual void OnChanged()
    {
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        foreach (var leave in _leave)
            leave();
        _leave.Clear();
        _left.Cancel();
        _left.Dispose();
    }
}
