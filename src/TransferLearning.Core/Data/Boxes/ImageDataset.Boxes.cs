namespace TransferLearning;

/// <content>Reads object detection datasets for classification: each box becomes an image with the class of the box.</content>
public sealed partial class ImageDataset
{
    /// <summary>Reads the boxes of COCO, or of another dataset in its format, as images.</summary>
    /// <param name="annotations">
    /// The JSON of instances for training: <c>images</c>, <c>annotations</c> with <c>bbox</c>, <c>categories</c>.
    /// </param>
    /// <param name="imageFolder">The folder to which the <c>file_name</c> of the source images is relative.</param>
    /// <param name="options">Which boxes to include, the boxes of the other splits, and how to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The dataset, its classes in the order of the category ids. Its <see cref="Problems"/> list what was left out although it was
    /// requested: missing source images, boxes without area or outside of their source image, repeated boxes.
    /// </returns>
    /// <remarks>
    /// <para>
    /// No pixels are read or held. The path of a crop is that of its source image, <c>#</c>, and left, top, width and height of the box.
    /// Edges are rounded to whole pixels and clipped to the source image. All crops of a source image are in the same split.
    /// </para>
    /// <para>
    /// Boxes refer to the pixels of the source image as they are stored, and crops come out upright by its EXIF tag. Where <c>width</c> and
    /// <c>height</c> are those of the upright source image and not of the stored one, its boxes refer to upright pixels. If they match
    /// neither, using the crop fails.
    /// </para>
    /// </remarks>
    /// <exception cref="DatasetException">
    /// A file or folder is missing, the JSON is damaged, or refers to an image or category that it does not have, or too few boxes are
    /// left; the message then says how many were left out by which option.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImageDataset FromCoco(
        string annotations, string imageFolder, BoxDatasetOptions? options = null, CancellationToken cancellationToken = default) =>
        Read(CocoFileReader(annotations, imageFolder, options), cancellationToken);

    /// <summary>Reads the boxes of Open Images as images.</summary>
    /// <param name="boxes">
    /// The table of boxes for training: <c>ImageID</c>, <c>LabelName</c>, <c>XMin</c>, <c>XMax</c>, <c>YMin</c>, <c>YMax</c> (0 to 1), and
    /// <c>IsOccluded</c>, <c>IsTruncated</c>, <c>IsGroupOf</c> and <c>IsDepiction</c> if present. <c>Confidence</c> is not used: it is 1
    /// for every box.
    /// </param>
    /// <param name="classDescriptions">The table of the codes and names of the classes, with or without a header.</param>
    /// <param name="imageFolder">The folder of the source images, which are named <c>&lt;ImageID&gt;.jpg</c>.</param>
    /// <param name="options">Which boxes to include, the boxes of the other splits, and how to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset, its classes in the order of the class descriptions; otherwise as for <see cref="FromCoco"/>.</returns>
    /// <remarks>
    /// The header of every source image with a requested box is read, for its size. Coordinates are fractions of the stored source image;
    /// otherwise as for <see cref="FromCoco"/>.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// A table or folder is missing, a table is damaged or lacks a column or a class, or too few boxes are left; the message then says how
    /// many were left out by which option.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">A table cannot be read.</exception>
    public static ImageDataset FromOpenImages(
        string boxes,
        string classDescriptions,
        string imageFolder,
        BoxDatasetOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Read(OpenImagesFileReader(boxes, classDescriptions, imageFolder, options), cancellationToken);

#pragma warning disable CS1573 // The other parameters have the documentation of the synchronous readers.

    /// <inheritdoc cref="FromCoco"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromCocoAsync(
        string annotations,
        string imageFolder,
        BoxDatasetOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(CocoFileReader(annotations, imageFolder, options), progress, cancellationToken);

    /// <inheritdoc cref="FromOpenImages"/>
    /// <param name="progress">
    /// Receives progress updates on the reading thread: <see cref="TransferStage.ReadDataset"/> in files, and
    /// <see cref="TransferStage.CheckDataset"/> while images are compared; null for none.
    /// </param>
    public static Task<ImageDataset> FromOpenImagesAsync(
        string boxes,
        string classDescriptions,
        string imageFolder,
        BoxDatasetOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ReadAsync(OpenImagesFileReader(boxes, classDescriptions, imageFolder, options), progress, cancellationToken);

#pragma warning restore CS1573

    private static Func<DatasetReading, ImageDataset> CocoFileReader(string annotations, string imageFolder, BoxDatasetOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(annotations);
        ArgumentException.ThrowIfNullOrEmpty(imageFolder);
        options = Checked(options);
        return reading => new CocoReader(new BoxAnnotations(annotations, imageFolder), options, reading).Read();
    }

    private static Func<DatasetReading, ImageDataset> OpenImagesFileReader(
        string boxes, string classDescriptions, string imageFolder, BoxDatasetOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(boxes);
        ArgumentException.ThrowIfNullOrEmpty(classDescriptions);
        ArgumentException.ThrowIfNullOrEmpty(imageFolder);
        options = Checked(options);
        return reading => new OpenImagesReader(new BoxAnnotations(boxes, imageFolder), classDescriptions, options, reading).Read();
    }
}
