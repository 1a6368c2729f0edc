namespace TransferLearning;

/// <summary>
/// Lists the images of a folder as they are found. <see cref="FolderWalk"/> has the same rules but sorts, so it holds everything at once.
/// </summary>
/// <param name="root">The full path of the folder.</param>
/// <param name="select">Chooses by the path from the root, before a file is opened.</param>
/// <param name="cancellationToken">Stops the listing.</param>
internal sealed class ImageWalk(string root, Func<string, bool> select, CancellationToken cancellationToken)
{
    private readonly List<DatasetProblem> _problems = [];

    /// <summary>The images, and what looks like an image or a folder but cannot be used.</summary>
    public IEnumerable<ImageFile> Files()
    {
        var walk = new FolderWalk(root, _problems, cancellationToken);
        var filter = new ImageFilter(_problems);
        var pending = new Stack<string>([root]);
        while (pending.TryPop(out string? folder))
        {
            foreach (var entry in walk.EntriesUnsorted(folder))
            {
                if (entry is DirectoryInfo && !walk.IsLinkedFolder(entry))
                {
                    pending.Push(entry.FullName);
                    continue;
                }

                string key = KeyOf(entry.FullName);
                if (select(key))
                {
                    if (entry is FileInfo file && walk.Find(file) is { } found && filter.Accepts(found))
                        yield return new ImageFile(entry.FullName, key);
                    else if (_problems.Count > 0)
                        yield return new ImageFile(entry.FullName, key, _problems[^1].Message);
                }

                _problems.Clear();
            }

            // The listing itself failed, at its start or in the middle.
            if (_problems.Count > 0 && select(KeyOf(folder)))
                yield return new ImageFile(folder, KeyOf(folder), _problems[^1].Message);
            _problems.Clear();
        }
    }

    private string KeyOf(string path) => FolderWalk.KeyOf(root, path);
}
