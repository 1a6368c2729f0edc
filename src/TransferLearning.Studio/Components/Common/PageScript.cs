using Microsoft.JSInterop;

namespace TransferLearning.Studio.Components.Common;

/// <summary>A script of the page, and what it has attached to parts of the page; all of it ends with this object.</summary>
/// <param name="runtime">The page.</param>
/// <param name="file">The address of the script.</param>
/// <param name="owner">What the script calls: it is the first argument of what is attached.</param>
public sealed class PageScript(IJSRuntime runtime, string file, object owner) : IAsyncDisposable
{
    private readonly List<IJSObjectReference> _attached = [];
    private DotNetObjectReference<object>? _owner;
    private IJSObjectReference? _module;

    /// <summary>Lets parts of the page react as a function of the script says.</summary>
    /// <param name="function">A function that takes the owner and the arguments, and returns an object with <c>dispose</c>.</param>
    /// <param name="arguments">What it is given.</param>
    public async Task<IJSObjectReference> AttachAsync(string function, params object?[] arguments)
    {
        var module = await OpenAsync();
        _owner ??= DotNetObjectReference.Create(owner);
        var attached = await module.InvokeAsync<IJSObjectReference>(function, [_owner, .. arguments]);
        _attached.Add(attached);
        return attached;
    }

    /// <summary>Calls a function of the script.</summary>
    public async Task CallAsync(string function, params object?[] arguments) =>
        await (await OpenAsync()).InvokeVoidAsync(function, arguments);

    /// <summary>Asks a function of the script.</summary>
    public async Task<T> AskAsync<T>(string function) => await (await OpenAsync()).InvokeAsync<T>(function);

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

        _owner?.Dispose();
    }

    private async Task<IJSObjectReference> OpenAsync() => _module ??= await runtime.InvokeAsync<IJSObjectReference>("import", file);
}
