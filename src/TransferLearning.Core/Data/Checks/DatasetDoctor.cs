namespace TransferLearning;

/// <summary>
/// Looks a dataset over before one learns from it: every image is decoded, and what would stop training, spoil its figures or make its
/// result worse is listed with the files and the remedy.
/// </summary>
/// <remarks>
/// <para>Safe for use from many threads. Nothing is changed on disk.</para>
/// <para>
/// Each image is read once. Memory grows by about a kilobyte for each image, and by the images that are being decoded. The same
/// image saved anew is found by its thumbnail of 16 × 16 pixels (mean absolute difference up to 3 of 255): other quality, size or format
/// is found, a crop or a rotation is not.
/// </para>
/// </remarks>
public static class DatasetDoctor
{
    /// <summary>Checks a folder of images, in the layouts of <see cref="ImageDataset.FromFolder"/>.</summary>
    /// <param name="folder">The folder with class folders or split folders.</param>
    /// <param name="options">From where on something is remarkable; null for the defaults.</param>
    /// <param name="progress">Hears of every image that has been examined, one call at a time, on the threads of the check.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>What was found; faults that <see cref="ImageDataset.FromFolder"/> refuses are findings here.</returns>
    /// <exception cref="DatasetException">The folder does not exist, or has no class folders, or its split folders make no dataset.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static async Task<DatasetReport> CheckAsync(
        string folder, DatasetCheckOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new DatasetCheckOptions();
        OptionErrors.ThrowIfAny(options);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return await Task.Run(() => Check(DatasetInventory.Of(root, cancellationToken), options, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Checks a dataset as it is split.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="options">From where on something is remarkable; null for the defaults.</param>
    /// <param name="progress">Hears of every image that has been examined, one call at a time, on the threads of the check.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static async Task<DatasetReport> CheckAsync(
        ImageDataset dataset, DatasetCheckOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        options ??= new DatasetCheckOptions();
        OptionErrors.ThrowIfAny(options);
        return await Task.Run(() => Check(DatasetInventory.Of(dataset), options, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static DatasetReport Check(
        DatasetInventory inventory, DatasetCheckOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var examined = Examine(inventory.Images, options, progress, cancellationToken);
        var findings = new List<DatasetFinding>();
        ClassFindings.Add(inventory, options, findings);
        ImageFindings.Add(inventory, examined, options, findings);
        DuplicateFindings.Add(inventory, examined, options, findings, cancellationToken);
        var counts = inventory.Images.CountBy(image => (image.Label, image.Part)).ToDictionary();
        return new DatasetReport(
            inventory.Name,
            [
                .. inventory.Classes.Select((name, label) => new ClassImages(
                    name, Count(label, DatasetPart.Train), Count(label, DatasetPart.Validation), Count(label, DatasetPart.Test))),
            ],
            inventory.Images.Count,
            Sizes(examined),
            [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Kind)]);

        int Count(int label, DatasetPart part) => counts.GetValueOrDefault((label, part));
    }

    private static ImageExamination[] Examine(
        IReadOnlyList<InventoryImage> images, DatasetCheckOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var examined = new ImageExamination[images.Count];
        int done = 0;
        var order = new Lock();
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = options.Threads };
        Parallel.For(0, images.Count, parallel, i =>
        {
            examined[i] = ImageExamination.Of(images[i].File, options.Decoding);
            if (progress is null)
                return;
            lock (order)
                progress.Report(new TransferProgress(TransferStage.CheckDataset, ++done, images.Count));
        });
        return examined;
    }

    private static ImageSizes? Sizes(ImageExamination[] examined)
    {
        int[] widths = [.. examined.Where(e => e.Reason is null).Select(e => e.Info!.Value.Width).Order()];
        int[] heights = [.. examined.Where(e => e.Reason is null).Select(e => e.Info!.Value.Height).Order()];
        return widths.Length == 0
            ? null
            : new ImageSizes(widths[0], widths[widths.Length / 2], widths[^1], heights[0], heights[heights.Length / 2], heights[^1]);
    }
}
