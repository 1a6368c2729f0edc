using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace TransferLearning.Studio.Components.Common;

/// <summary>A page onto which files and folders can be dropped, and for which they can be chosen.</summary>
public abstract class UploadPart : PartBase
{
    [Inject]
    protected ISnackbar Snackbar { get; set; } = null!;

    /// <summary>What is going on; null while nothing is added.</summary>
    protected string? Uploading { get; private set; }

    /// <summary>The class that dropped images get; null for none.</summary>
    [JSInvokable]
    public abstract string? UploadClass();

    [JSInvokable]
    public void OnUploadAsync(int done, int total, int added, string[] refused, bool finished)
    {
        Uploading = finished ? null : $"Adding {done:N0} of {Words.Count(total, "file")}";
        if (finished)
        {
            foreach (string reason in refused)
                Snackbar.Add(reason, Severity.Warning);
            OnAdded(added);
        }

        StateHasChanged();
    }

    /// <summary>An upload has ended.</summary>
    /// <param name="images">The number of images that were added.</param>
    protected virtual void OnAdded(int images)
    {
    }

    /// <summary>Asks for files with an input of the page.</summary>
    protected Task PickAsync(ElementReference input) => Script.CallAsync("pick", input);
}
