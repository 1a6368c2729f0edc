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
                var unlabelled = await Task.Run(() => Unlabelled(read, cancellationToken).ToArray(), cancellationToken);
                return ([.. Images(read), .. unlabelled], read.Classes, [.. Notes(read, unlabelled.Length)]);
            }
            catch (DatasetException error)
            {
                reason ??= error.Message;
            }
        }

        // Without classes: images to label.
        Listed[] files = await Task.Run(() => Unlabelled(folder.Root, null, cancellationToken).ToArray(), cancellationToken);
        return (files, [], files.Length == 0 ? [] : [reason!]);
    }

    /// <summary>How the folder was read. What the check finds about the images as they are labelled now is not said here as well.</summary>
    private IEnumerable<string> Notes(ImageDataset read, int unlabelled)
    {
        var problems = read.Problems
            .Where(problem => problem.Kind is not (DatasetProblemKind.OutsideClassFolders or DatasetProblemKind.ConflictingLabels
                or DatasetProblemKind.DuplicateAcrossSplits or DatasetProblemKind.LikelySeries))
            .Select(problem => problem.Message.Replace(folder.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))
            .Distinct();
        return
        [
            .. read.Layout?.Lines ?? [], .. problems,
            .. unlabelled == 0 ? (string[])[] : [$"Without a class, to be labelled here: {Words.Count(unlabelled, "image")}."],
        ];
    }

    /// <summary>The images that training would leave out because nothing says which classes they have.</summary>
    private IEnumerable<Listed> Unlabelled(ImageDataset read, CancellationToken cancellationToken)
    {
        var beside = read.Problems.Where(problem => problem.Kind == DatasetProblemKind.OutsideClassFolders)
            .SelectMany(problem => Unlabelled(problem.Path, name => !Slashes(name).Contains('/'), cancellationToken));
        var folders = (read.Layout?.LeftOut ?? []).Where(left => left.IsUnlabelled)
            .SelectMany(left => Unlabelled(left.Path, null, cancellationToken));
        return beside.Concat(folders).DistinctBy(image => image.Path);
    }

    private IEnumerable<Listed> Unlabelled(string below, Func<string, bool>? select, CancellationToken cancellationToken) =>
        ImageFiles.Enumerate(below, select, cancellationToken).Where(file => file.Problem is null)
            .Select(file => new Listed(Slashes(Path.GetRelativePath(folder.Root, file.Path)), null, Split.Train));

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
