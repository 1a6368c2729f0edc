using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace TransferLearning.Studio;

/// <summary>Compares the user's folder with the catalog: reads the classes and splits as training does, and hashes what is new.</summary>
/// <param name="folder">The project.</param>
public sealed class FolderIndex(ProjectFolder folder)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Reads the folder.</summary>
    /// <param name="known">What the catalog has.</param>
    /// <param name="progress">Receives the number of listed and of hashed files.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<FolderFindings> ReadAsync(
        CatalogSnapshot known, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var (listed, classes, notes) = await ListAsync(progress, cancellationToken);
        var present = known.Images.Where(image => !image.IsAdded).ToDictionary(image => image.Path, StringComparer.Ordinal);
        var found = new ConcurrentBag<FoundImage>();
        var changed = new ConcurrentBag<ImageEntry>();
        var marks = new ConcurrentBag<(int, ImageMarks)>();
        int done = 0;
        await Parallel.ForEachAsync(listed, cancellationToken, (item, token) =>
        {
            var file = new FileInfo(Path.Combine(folder.Root, item.Path));
            present.TryGetValue(item.Path, out var entry);
            if (file.Exists && (entry is null || entry.Bytes != file.Length || entry.ModifiedTicks != file.LastWriteTimeUtc.Ticks))
            {
                if (TryHash(file.FullName, token) is { } hash)
                {
                    var stamp = new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks, hash);
                    if (entry is null)
                        found.Add(new FoundImage(item.Path, item.Class, item.Split, stamp));
                    else
                        changed.Add(entry with { Bytes = stamp.Bytes, ModifiedTicks = stamp.ModifiedTicks, Hash = hash });
                }
            }

            if (entry is { Marks.State: ImageState.Removed })
                marks.Add((entry.Id, entry.Marks with { State = ImageState.Used }));
            int now = Interlocked.Increment(ref done);
            progress?.Report(new TransferProgress(TransferStage.CheckDataset, now, listed.Count));
            return ValueTask.CompletedTask;
        });
        var here = listed.Select(item => item.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in present.Values.Where(image => image.Marks.State != ImageState.Removed && !here.Contains(image.Path)))
        {
            // What a reader leaves out now, for instance because a class has one image only, is still there.
            if (!File.Exists(folder.PathOf(gone)))
                marks.Add((gone.Id, gone.Marks with { State = ImageState.Removed }));
        }

        return new FolderFindings
        {
            Classes = classes,
            New = [.. found.OrderBy(image => image.Path, StringComparer.Ordinal)],
            Changed = [.. changed],
            Marks = [.. marks],
            Notes = notes,
        };
    }

    private async Task<(IReadOnlyList<Listed> Images, IReadOnlyList<string> Classes, IReadOnlyList<string> Notes)> ListAsync(
        IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string? reason = null;
        foreach (bool forTraining in (bool[])[true, false])
        {
            try
            {
                var options = new ImageFolderOptions { ForTraining = forTraining };
                var read = await ImageDataset.FromFolderAsync(folder.Root, options, progress, cancellationToken);
                var problems = read.Problems
                    .Select(problem => problem.Message.Replace(folder.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))
                    .Distinct();
                return ([.. Images(read)], read.Classes, [.. read.Layout?.Lines ?? [], .. problems]);
            }
            catch (DatasetException error)
            {
                reason ??= error.Message;
            }
        }

        // Without classes: images to label.
        Listed[] files = await Task.Run(
            () => ImageFiles.Enumerate(folder.Root, cancellationToken: cancellationToken)
                .Where(file => file.Problem is null).Select(file => new Listed(Slashes(file.RelativePath), null, Split.Train)).ToArray(),
            cancellationToken);
        return (files, [], files.Length == 0 ? [] : [reason!]);
    }

    private IEnumerable<Listed> Images(ImageDataset read)
    {
        foreach (var (set, split) in ((LabeledImageSet, Split)[])
            [(read.Train, Split.Train), (read.Validation, Split.Validation), (read.Test, Split.Test)])
        {
            foreach (var image in set)
            {
                string relative = Slashes(Path.GetRelativePath(folder.Root, image.Path));
                // A link may lead out of the folder; nothing outside of it is shown.
                if (!relative.StartsWith("..", StringComparison.Ordinal))
                    yield return new Listed(relative, set.Classes[image.Label], split);
            }
        }
    }

    private static string Slashes(string path) =>
        Path.DirectorySeparatorChar == '/' ? path : path.Replace(Path.DirectorySeparatorChar, '/');

    private static ContentId? TryHash(string path, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long offset = 0;
            for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }

            Span<byte> sha = stackalloc byte[ContentId.Length];
            hash.GetHashAndReset(sha);
            return ContentId.Read(sha);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private readonly record struct Listed(string Path, string? Class, Split Split);
}
