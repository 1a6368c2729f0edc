namespace TransferLearning.Studio;

/// <summary>How the studio is started.</summary>
public sealed record StudioOptions
{
    /// <summary>The folder of images; null to choose it on the page.</summary>
    public string? Folder { get; init; }

    /// <summary>Where the studio keeps its state; null for inside the folder.</summary>
    public string? State { get; init; }

    /// <summary>The port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Whether the browser is opened.</summary>
    public bool OpensBrowser { get; init; } = true;
}
