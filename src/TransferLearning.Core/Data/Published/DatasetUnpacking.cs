namespace TransferLearning;

/// <summary>Lays the images of published archives out as a folder for each class, below one for each official split.</summary>
internal sealed class DatasetUnpacking(NamedDataset dataset, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Images hardly compress, and raw pixels to a tenth; what unpacks to more than this is no dataset.</summary>
    private const int MostExpansion = 64;

    private const long FreeBytes = 64L << 20;

    private readonly DatasetLayout _layout = dataset.Layout;
    private readonly ImagePlaces _places = new(dataset.Layout);

    /// <summary>Unpacks.</summary>
    /// <param name="archives">The paths of the verified files, in the order of <see cref="NamedDataset.Files"/>.</param>
    /// <param name="folder">The folder that receives the images; it exists and is empty.</param>
    /// <exception cref="DatasetException">An archive is damaged, unsafe, or has no images where they are expected.</exception>
    public void Run(IReadOnlyList<string> archives, string folder)
    {
        var files = new UnpackedFiles(folder, FreeBytes + (MostExpansion * archives.Sum(path => new FileInfo(path).Length)));
        if (_layout.Lists.Count > 0)
        {
            // Lists come behind the images in some archives: the first pass is for them.
            ForEachMember(archives, (member, _) => _places.AddList(member));
            _places.RequireLists();
        }

        var pixels = new RawImages(_layout, _places, files, cancellationToken);
        ForEachMember(archives, (member, part) =>
        {
            if (_places.Find(member.Path) is not { } match)
                return;
            switch (_layout.Images)
            {
                case DatasetImages.Files when _places.Of(match, part) is { } place:
                    string name = member.Path[(member.Path.LastIndexOf('/') + 1)..];
                    files.Add(place.Part, place.Class, name, member.Content, cancellationToken);
                    break;
                case DatasetImages.Idx:
                    pixels.AddIdx(member, match, part);
                    break;
                case DatasetImages.Cifar10 or DatasetImages.Cifar100:
                    pixels.AddCifar(member, match);
                    break;
            }

            progress?.Report(new TransferProgress(TransferStage.UnpackDataset, files.Count, 0));
        });
        pixels.RequireComplete();
        if (files.Count == 0)
            throw new DatasetException($"The archives of '{dataset.Name}' have no images where they are expected.");
    }

    private void ForEachMember(IReadOnlyList<string> archives, Action<ArchiveMember, string?> use)
    {
        var inner = _layout.Inner is { } pattern ? DatasetLayout.Compile(pattern) : null;
        for (int i = 0; i < archives.Count; i++)
        {
            try
            {
                foreach (var member in ArchiveReader.Members(archives[i], inner is null ? null : inner.IsMatch))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    use(member, dataset.Parts.ElementAtOrDefault(i));
                }
            }
            catch (Exception error) when (ArchiveReader.IsDamage(error))
            {
                throw ArchiveReader.Damaged(archives[i], error);
            }
        }
    }
}
