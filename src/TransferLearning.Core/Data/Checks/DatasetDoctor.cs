namespace TransferLearning;

/// <summary>
/// Checks a dataset before training: every image is decoded, and what would make training fail, its metrics wrong or its result worse is
/// listed with the files and the remedy.
/// </summary>
/// <remarks>
/// <para>Safe for use from many threads. Nothing is changed on disk.</para>
/// <para>
/// Each image is read once. Memory grows by about a kilobyte for each image, and by the images that are being decoded. The same image
/// encoded differently is found by its thumbnail of 16 × 16 pixels (mean absolute difference up to 3 of 255): another quality, size or
/// format is found, a crop or a rotation is not.
/// </para>
/// </remarks>
public static class DatasetDoctor
{
    /// <summary>Checks a folder of images, in the layouts of <see cref="ImageDataset.FromFolder"/>.</summary>
    /// <param name="folder">The folder with class folders or split folders.</param>
    /// <param name="options">The thresholds; null for the defaults.</param>
    /// <param name="progress">
    /// Receives progress updates, one at a time, on the threads of the check: <see cref="TransferStage.ReadDataset"/> in files, then
    /// <see cref="TransferStage.CheckDataset"/> in images; null for none.
    /// </param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>The findings, including faults for which <see cref="ImageDataset.FromFolder"/> throws.</returns>
    /// <exception cref="DatasetException">
    /// The folder does not exist, has no class folders, or has split folders without a train folder.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static Task<DatasetReport> CheckAsync(
        string folder,
        DatasetCheckOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = DatasetFolder.FullPath(folder);
        return CheckAsync(reading =>
            DatasetInventory.Of(root, (options ?? new DatasetCheckOptions()).Folder, reading), options, progress, cancellationToken);
    }

    /// <summary>Checks a dataset with its splits.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="options">The thresholds; null for the defaults.</param>
    /// <param name="progress">
    /// Receives progress updates, one at a time, on the threads of the check: <see cref="TransferStage.CheckDataset"/> in images; null for
    /// none.
    /// </param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static Task<DatasetReport> CheckAsync(
        ImageDataset dataset,
        DatasetCheckOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return CheckAsync(_ => DatasetInventory.Of(dataset), options, progress, cancellationToken);
    }

    private static Task<DatasetReport> CheckAsync(
        Func<DatasetReading, DatasetInventory> list,
        DatasetCheckOptions? options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new DatasetCheckOptions();
        OptionErrors.ThrowIfAny(options);
        return Task.Run(
            () =>
            {
                var reading = new DatasetReading(progress, cancellationToken);
                return Check(list(reading), options, reading);
            },
            cancellationToken);
    }

    private static DatasetReport Check(DatasetInventory inventory, DatasetCheckOptions options, DatasetReading reading)
    {
        var images = inventory.Images;
        var examined = new ImageExamination[images.Count];
        reading.ForEachImage(images.Count, options.Threads, i => examined[i] = ImageExamination.Of(images[i].File, options.Decoding));
        var findings = new List<DatasetFinding>();
        ClassFindings.Add(inventory, options, findings);
        ImageFindings.Add(inventory, examined, options, findings);
        SeriesFindings.Add(inventory, examined, findings, reading.CancellationToken);
        DuplicateFindings.Add(inventory, examined, options, findings, reading.CancellationToken);
        var counts = images.CountBy(image => (image.Label, image.Part)).ToDictionary();
        return new DatasetReport
        {
            Name = inventory.Name,
            Classes = [.. inventory.Classes.Select((name, label) => new ClassImages
            {
                Name = name,
                Train = Count(label, DatasetPart.Train),
                Validation = Count(label, DatasetPart.Validation),
                Test = Count(label, DatasetPart.Test),
            })],
            Images = images.Count,
            Layout = inventory.Layout,
            Sizes = Sizes(examined),
            Findings = [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Kind)],
        };

        int Count(int label, DatasetPart part) => counts.GetValueOrDefault((label, part));
    }

    private static ImageSizes? Sizes(ImageExamination[] examined)
    {
        int[] widths = [.. examined.Where(e => e.Reason is null).Select(e => e.Info!.Value.Width).Order()];
        int[] heights = [.. examined.Where(e => e.Reason is null).Select(e => e.Info!.Value.Height).Order()];
        return widths.Length == 0
            ? null
            : new ImageSizes
            {
                MinWidth = widths[0],
                MedianWidth = widths[widths.Length / 2],
                MaxWidth = widths[^1],
                MinHeight = heights[0],
                MedianHeight = heights[heights.Length / 2],
                MaxHeight = heights[^1],
            };
    }
}
