namespace TransferLearning;

/// <summary>
/// Lists the images of a folder as they are found. <see cref="FolderWalk"/> has the same rules but sorts, so it keeps all paths in memory.
/// </summary>
/// <param name="root">The full path of the folder.</param>
/// <param name="select">Selects by the path relative to the root, before a file is opened.</param>
/// <param name="cancellationToken">Stops the listing.</param>
internal sealed class ImageWalk(string root, Func<string, bool> select, CancellationToken cancellationToken)
{
    private readonly DatasetReading _reading = new(progress: null, cancellationToken);

    /// <summary>The images, and files and folders that cannot be used, with the problem.</summary>
    public IEnumerable<ImageFile> Files()
    {
        var walk = new FolderWalk(root, _reading);
        var filter = new ImageFilter(_reading);
        var pending = new Stack<string>([root]);
        while (pending.TryPop(out string? folder))
        {
            foreach (var entry in walk.EntriesUnsorted(folder))
            {
                if (entry is DirectoryInfo directory && walk.Enters(directory))
                {
                    pending.Push(entry.FullName);
                    continue;
                }

                string key = KeyOf(entry.FullName);
                if (select(key))
                {
                    if (entry is FileInfo file && walk.Find(file) is { } found && filter.Accepts(found))
                        yield return new ImageFile { Path = entry.FullName, RelativePath = key };
                    else if (Problem() is { } problem)
                        yield return new ImageFile { Path = entry.FullName, RelativePath = key, Problem = problem };
                }

                _reading.Problems.Clear();
            }

            // The listing itself failed, at its start or in the middle.
            if (Problem() is { } failure && select(KeyOf(folder)))
                yield return new ImageFile { Path = folder, RelativePath = KeyOf(folder), Problem = failure };
            _reading.Problems.Clear();
        }
    }

    private string? Problem() => _reading.Problems is [.., var last] ? last.Message : null;

    private string KeyOf(string path) => FolderWalk.KeyOf(root, path);
}
