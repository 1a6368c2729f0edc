using SkiaSharp;

namespace TransferLearning;

/// <summary>
/// A sheet of images to inspect before training on them: each row is a training image as the network sees it, and beside it its random
/// views. They are exactly the views that a training with the same images, seed and options uses.
/// </summary>
/// <remarks>Safe for use from many threads. Mixup and CutMix are not shown: they mix what the frozen part makes of the images.</remarks>
public static class AugmentationPreview
{
    /// <summary>The margin around each image, in pixels; that behind the images as they are is four times as wide.</summary>
    private const int Margin = 4;

    /// <summary>A practical limit for image viewers.</summary>
    private const long MostPixels = 100_000_000;

    private const byte Paper = 255;

    /// <summary>Writes the sheet as a PNG; an existing file is replaced as a whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="images">The training images, in the order of the training: the first ones of each class are shown.</param>
    /// <param name="preprocessing">How images become the input of the network; its size is that of each image of the sheet.</param>
    /// <param name="views">What changes at random, and how many views there are; null for the defaults.</param>
    /// <param name="options">How many images, and the seed; null for the defaults.</param>
    /// <param name="progress">Receives progress updates, counted in images.</param>
    /// <param name="cancellationToken">Stops between two views.</param>
    /// <returns>The paths of the images that are shown, from top to bottom.</returns>
    /// <exception cref="ArgumentException">
    /// There are no images, the options are not valid, or the sheet would have over 100 million pixels.
    /// </exception>
    /// <exception cref="ImageDecodeException">An image cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be written; the previous one is intact.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; the previous one is intact.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        string path,
        LabeledImageSet images,
        ImagePreprocessing preprocessing,
        AugmentedViews? views = null,
        AugmentationPreviewOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(preprocessing);
        views ??= new AugmentedViews();
        options ??= AugmentationPreviewOptions.Default;
        OptionErrors.ThrowIfAny(options);
        OptionErrors.ThrowIfAny(views);
        int[] shown = Choose(images, options.Images);
        if (shown.Length == 0)
            throw new ArgumentException($"There are no images in '{images.Name}' to show.", nameof(images));
        RequireSize(shown.Length, views, preprocessing);

        // Drawing is pure computation: it runs on a thread of the pool, so that the caller's thread stays free.
        await Task.Run(
            () =>
            {
                byte[] encoded = Draw(images, shown, preprocessing, views, options.Seed, progress, cancellationToken);
                AtomicFile.Write(path, stream => stream.Write(encoded));
            },
            cancellationToken).ConfigureAwait(false);
        return [.. shown.Select(index => images[index].Path)];
    }

    /// <summary>The first image of each class, then the second of each, until there are enough.</summary>
    private static int[] Choose(LabeledImageSet images, int count) =>
    [
        .. Enumerable.Range(0, images.Count)
            .GroupBy(index => images[index].Label)
            .SelectMany(ofClass => ofClass.Select((index, turn) => (index, turn)))
            .OrderBy(entry => entry.turn).ThenBy(entry => images[entry.index].Label)
            .Take(count)
            .Select(entry => entry.index),
    ];

    private static void RequireSize(int rows, AugmentedViews views, ImagePreprocessing preprocessing)
    {
        long pixels = (long)WidthOf(views, preprocessing) * HeightOf(rows, preprocessing);
        if (pixels > MostPixels)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The sheet would have {pixels:N0} pixels, and at most {MostPixels:N0} are drawn; ask for fewer images or views."));
        }
    }

    private static int WidthOf(AugmentedViews views, ImagePreprocessing preprocessing) => Left(views.Count + 1, preprocessing);

    private static int HeightOf(int rows, ImagePreprocessing preprocessing) => Margin + (rows * (preprocessing.Height + Margin));

    private static int Left(int column, ImagePreprocessing preprocessing) =>
        Margin + (column * (preprocessing.Width + Margin)) + (column > 0 ? 3 * Margin : 0);

    private static byte[] Draw(
        LabeledImageSet images,
        int[] shown,
        ImagePreprocessing preprocessing,
        AugmentedViews views,
        int seed,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var sheet = new PixelImage(WidthOf(views, preprocessing), HeightOf(shown.Length, preprocessing));
        sheet.Pixels.Fill(Paper);
        var preprocessor = new ImagePreprocessor(preprocessing);
        float[] tensor = new float[preprocessor.TensorLength];
        for (int row = 0; row < shown.Length; row++)
        {
            var source = ImageSource.Of(images[shown[row]]);
            for (int column = 0; column <= views.Count; column++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var view = column == 0 ? null : new AugmentedView(views.Augmentation, seed, shown[row], column);
                using (var content = (source with { View = view }).Read(ImageDecodeOptions.Default))
                    content.Load(preprocessor, tensor, source.Name);
                using var image = new LevelPlanes(tensor, preprocessing);
                image.CopyTo(sheet, Left(column, preprocessing), Margin + (row * (preprocessing.Height + Margin)));
            }

            progress?.Report(new TransferProgress(TransferStage.Draw, row + 1, shown.Length));
        }

        return ImageScaling.Encode(sheet, SKEncodedImageFormat.Png);
    }
}
