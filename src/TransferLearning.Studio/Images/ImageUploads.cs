using System.IO.Compression;

namespace TransferLearning.Studio;

/// <summary>What became of an upload.</summary>
/// <param name="Added">The number of images that were added.</param>
/// <param name="Refused">Why others were not, in sentences.</param>
public sealed record UploadAnswer(int Added, IReadOnlyList<string> Refused);

/// <summary>
/// Takes in what the user drops: an image or a zip of images. The content decides what a file is; names from outside never become paths.
/// </summary>
/// <param name="folder">The project.</param>
/// <param name="catalog">Where the images are entered.</param>
public sealed class ImageUploads(ProjectFolder folder, ImageCatalog catalog)
{
    /// <summary>The maximum size of an upload, in bytes.</summary>
    public const long MostBytes = 2L << 30;

    /// <summary>The maximum size of one image, in bytes.</summary>
    public const long MostImageBytes = 64 << 20;

    /// <summary>The maximum number of entries of a zip.</summary>
    public const int MostEntries = 200_000;

    private const int MostReasons = 20;

    /// <summary>Adds an image, or those of a zip.</summary>
    /// <param name="body">The content.</param>
    /// <param name="name">The file's name, for messages; with the folder above it, if it was dropped in one.</param>
    /// <param name="className">The class of the images; null for that of the folder above, or none.</param>
    /// <param name="labels">Whether the folders above an image name its class, where no class is given, and its split.</param>
    /// <param name="batch">What the upload is a part of: all of it is one step of undo; null for a step of its own.</param>
    /// <param name="cancellationToken">Stops the upload; nothing is added then.</param>
    public async Task<UploadAnswer> AddAsync(
        Stream body, string name, string? className, bool labels, string? batch, CancellationToken cancellationToken)
    {
        var place = new Place(className, labels, batch);
        string temporary = Path.Combine(folder.Added, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await body.CopyToAsync(file, cancellationToken);
                file.Position = 0;
                var images = new List<ImageEntry>();
                var refused = new List<string>();
                if (await IsZipAsync(file, cancellationToken))
                    await ReadZipAsync(file, name, place, images, refused, cancellationToken);
                else
                    await ReadImageAsync(file, file.Length, name, place, images, refused, cancellationToken);
                int added = catalog.Add(
                    count => count == 1 ? $"'{Path.GetFileName(name)}' added" : $"{Words.Count(count, "image")} added",
                    images, batch).Count;
                int known = images.Count - added;
                if (known > 0)
                    refused.Add(known == 1 ? $"'{name}' is here already." : $"{known} images are here already.");
                return new UploadAnswer(added, refused);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task ReadZipAsync(
        Stream file, string name, Place place, List<ImageEntry> images, List<string> refused, CancellationToken cancellationToken)
    {
        try
        {
            await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, null, cancellationToken);
            if (zip.Entries.Count > MostEntries)
            {
                refused.Add($"'{name}' has more than {MostEntries} entries.");
                return;
            }

            long total = 0;
            foreach (var entry in zip.Entries.Where(entry => IsWanted(entry.FullName)))
            {
                if (entry.FullName.Split('/', '\\').Contains(".."))
                {
                    Refuse(refused, $"'{entry.FullName}' points out of the zip.");
                    continue;
                }

                total += entry.Length;
                if (total > MostBytes)
                {
                    refused.Add($"'{name}' unpacks to more than {MostBytes >> 20} MB; the rest of it was left out.");
                    return;
                }

                await using var content = await entry.OpenAsync(cancellationToken);
                await ReadImageAsync(content, entry.Length, entry.FullName, place, images, refused, cancellationToken);
            }
        }
        catch (InvalidDataException error)
        {
            refused.Add($"'{name}' is a damaged zip: {error.Message}");
        }
    }

    private async Task ReadImageAsync(
        Stream content, long length, string name, Place place, List<ImageEntry> images, List<string> refused,
        CancellationToken cancellationToken)
    {
        string? reason = length > MostImageBytes ? $"'{name}' is larger than {MostImageBytes >> 20} MB." : null;
        if (reason is null)
        {
            // The length that a zip states may be a lie: one byte more than allowed is read at most.
            byte[] bytes = await ReadAtMostAsync(content, MostImageBytes + 1, cancellationToken);
            reason = bytes.Length > MostImageBytes ? $"'{name}' is larger than {MostImageBytes >> 20} MB." : null;
            if (reason is null && ContentSniffer.ExtensionOf(bytes) is { } extension)
            {
                images.Add(Keep(bytes, extension, name, place));
                return;
            }

            reason ??= $"'{name}' is {ContentSniffer.Describe(bytes)}, no image that can be read.";
        }

        Refuse(refused, reason);
    }

    private static void Refuse(List<string> refused, string reason)
    {
        if (refused.Count < MostReasons)
            refused.Add(reason);
        else if (refused.Count == MostReasons)
            refused.Add("Further files were left out.");
    }

    private ImageEntry Keep(byte[] bytes, string extension, string name, Place place)
    {
        var (above, split) = place.Labels ? FoldersAbove(name) : (null, null);
        string? className = place.Class ?? above;
        var hash = ContentId.Of(bytes);
        string file = hash + extension;
        string path = Path.Combine(folder.Added, file);
        if (!File.Exists(path))
            AtomicFile.Write(path, stream => stream.Write(bytes));
        return new ImageEntry
        {
            Id = 0,
            Path = file,
            IsAdded = true,
            GivenName = NameRule.OfImage(name, extension),
            Bytes = bytes.Length,
            ModifiedTicks = File.GetLastWriteTimeUtc(path).Ticks,
            Hash = hash,
            Marks = new ImageMarks(
                className is null ? null : catalog.ClassNamed(className, place.Batch).Id, split ?? SplitOf(hash), ImageState.Used),
        };
    }

    /// <summary>A fifth of what is added validates, chosen by the content: the same image always lands in the same split.</summary>
    private static Split SplitOf(ContentId hash) => hash.Low % 5 == 0 ? Split.Validation : Split.Train;

    /// <summary>
    /// What the folders above a file say: the nearest one that is no split is the class, unless all that is above a split is the folder
    /// that was dropped; null for what they do not say, or where a name cannot be a class.
    /// </summary>
    private static (string? Class, Split? Split) FoldersAbove(string name)
    {
        string[] folders = [.. name.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(1)];
        Split? split = folders.Select(TransferLearning.SplitNames.PartOf).LastOrDefault(part => part is not null) switch
        {
            DatasetPart.Train => Split.Train,
            DatasetPart.Validation => Split.Validation,
            DatasetPart.Test => Split.Test,
            _ => null,
        };
        int named = Array.FindLastIndex(folders, folder => TransferLearning.SplitNames.PartOf(folder) is null);
        if (named < 0 || (named == 0 && folders.Length > 1))
            return (null, split);
        try
        {
            return (NameRule.CheckClass(folders[named]), split);
        }
        catch (ArgumentException)
        {
            return (null, split);
        }
    }

    private static bool IsWanted(string name) =>
        !name.EndsWith('/') && !name.Split('/').Any(part => part != ".." && SystemNames.OwnerOf(part, isFolder: true) is not null);

    private static async Task<bool> IsZipAsync(Stream file, CancellationToken cancellationToken)
    {
        byte[] start = new byte[4];
        int read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        file.Position = 0;
        return read == start.Length && start.AsSpan().SequenceEqual("PK\x03\x04"u8);
    }

    private static async Task<byte[]> ReadAtMostAsync(Stream content, long most, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        byte[] buffer = new byte[81920];
        for (int read; memory.Length < most && (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            memory.Write(buffer, 0, read);
        return memory.ToArray();
    }

    /// <summary>Where the images of an upload belong.</summary>
    private readonly record struct Place(string? Class, bool Labels, string? Batch);
}
