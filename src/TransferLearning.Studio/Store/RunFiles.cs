using System.Globalization;

namespace TransferLearning.Studio;

/// <summary>The files of a run, in a folder of its own.</summary>
/// <param name="folder">The project.</param>
/// <param name="id">The run.</param>
public sealed class RunFiles(ProjectFolder folder, long id)
{
    public string Folder { get; } = Path.Combine(folder.Runs, id.ToString(CultureInfo.InvariantCulture));

    public string Model => Path.Combine(Folder, "model.onnx");

    public string Checkpoints => Path.Combine(Folder, "checkpoint");

    /// <summary>Who trains it; see <see cref="RunLock"/>.</summary>
    public string Lock => Path.Combine(Folder, "lock");

    /// <summary>All that the training process has said.</summary>
    public string Log => Path.Combine(Folder, "log.jsonl");

    /// <summary>
    /// What the training read: the labels at the moment when it started, so that a resumed run trains on the same images.
    /// </summary>
    public string Data => Path.Combine(Folder, "data.json");

    public bool HasCheckpoint => Directory.Exists(Checkpoints) && Directory.EnumerateFiles(Checkpoints).Any();
}
