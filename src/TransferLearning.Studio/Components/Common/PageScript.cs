using Microsoft.JSInterop;

namespace TransferLearning.Studio.Components.Common;

/// <summary>A script of the page, and what it has attached to parts of the page; all of it ends with this object.</summary>
/// <param name="runtime">The page.</param>
/// <param name="file">The address of the script.</param>
public sealed class PageScript(IJSRuntime runtime, string file) : IAsyncDisposable
{
    private readonly List<IJSObjectReference> _attached = [];
    private IJSObjectReference? _module;

    /// <summary>Lets parts of the page react as a function of the script says.</summary>
    /// <param name="function">A function that returns an object with <c>dispose</c>.</param>
    /// <param name="arguments">What it is given.</param>
    public async Task<IJSObjectReference> AttachAsync(string function, params object?[] arguments)
    {
        _module ??= await runtime.InvokeAsync<IJSObjectReference>("import", file);
        var attached = await _module.InvokeAsync<IJSObjectReference>(function, arguments);
        _attached.Add(attached);
        return attached;
    }

    /// <summary>Calls a function of the script; nothing happens before something is attached.</summary>
    public async Task CallAsync(string function, params object?[] arguments)
    {
        if (_module is not null)
            await _module.InvokeVoidAsync(function, arguments);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var attached in _attached)
                await attached.InvokeVoidAsync("dispose");
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is closed already.
        }
    }
}
