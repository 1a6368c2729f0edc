using System.Collections.Frozen;

namespace TransferLearning;

/// <summary>
/// The names of folders and files that operating systems, network storage and tools create on their own, at any depth. They are passed over
/// and counted. Names that start with a dot are passed over as well. A folder whose name could be a class (Originals, Thumbs) is not
/// listed.
/// </summary>
internal static class SystemNames
{
    /// <summary>The beginning of the files in which macOS keeps attributes on other file systems.</summary>
    private const string AppleDouble = "._";

    private static readonly FrozenDictionary<string, string> Folders = new Dictionary<string, string>
    {
        ["__MACOSX"] = "macOS",
        ["Network Trash Folder"] = "macOS",
        ["Temporary Items"] = "macOS",
        ["TheVolumeSettingsFolder"] = "macOS",
        ["$RECYCLE.BIN"] = "Windows",
        ["RECYCLER"] = "Windows",
        ["System Volume Information"] = "Windows",
        ["found.000"] = "Windows",
        ["WindowsImageBackup"] = "Windows",
        ["@eaDir"] = "Synology",
        ["#recycle"] = "Synology",
        ["#snapshot"] = "Synology",
        ["@tmp"] = "Synology",
        ["@sharebin"] = "Synology",
        ["@SynoResource"] = "Synology",
        ["@SynoEAStream"] = "Synology",
        ["@__thumb"] = "QNAP",
        ["@Recycle"] = "QNAP",
        ["@Recently-Snapshot"] = "QNAP",
        ["@Transcode"] = "QNAP",
        ["~snapshot"] = "NetApp",
        ["lost+found"] = "Linux",
        ["__pycache__"] = "Python",
        ["ipynb_checkpoints"] = "Jupyter",
        ["lightning_logs"] = "a training log",
        ["wandb"] = "a training log",
        ["mlruns"] = "a training log",
        ["_svn"] = "version control",
        ["node_modules"] = "a package manager",
        ["_gsdata_"] = "a sync tool",
        ["$AV_ASW"] = "a virus scanner",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Catalogues of photo managers are folders with these endings, full of previews.</summary>
    private static readonly string[] FolderEndings =
        [".lrdata", ".lrcat-data", ".photoslibrary", ".photolibrary", ".aplibrary", ".cocatalog"];

    private static readonly FrozenSet<string> Files = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "Icon\r", "SyncToy.dat", "folder.htt");

    /// <summary>Image files that are no images of anybody: thumbnails and icons under fixed names.</summary>
    private static readonly string[] FileBeginnings = [AppleDouble, "SYNOPHOTO_THUMB_", "SYNOFILE_THUMB_", "SYNOINDEX_"];

    /// <summary>What creates entries of this name; null for any other name.</summary>
    /// <param name="name">The name of the entry.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public static string? OwnerOf(string name, bool isFolder)
    {
        if (isFolder)
        {
            return Folders.TryGetValue(name, out string? owner) ? owner
                : name.StartsWith('.') ? "a tool"
                : FolderEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? "a photo manager"
                : null;
        }

        return name.StartsWith('.') ? name.StartsWith(AppleDouble, StringComparison.Ordinal) ? "macOS" : "a tool"
            : Files.Contains(name) || FileBeginnings.Any(start => name.StartsWith(start, StringComparison.Ordinal)) ? "a system"
            : null;
    }
}
