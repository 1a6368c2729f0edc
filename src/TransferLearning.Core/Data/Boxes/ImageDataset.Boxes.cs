namespace TransferLearning;

/// <content>Datasets for detection, reduced to classification: what is in a box is an image, and its class is that of the box.</content>
public sealed partial class ImageDataset
{
    /// <summary>Reads the boxes of COCO, or of another dataset in its format, as images.</summary>
    /// <param name="annotations">The JSON of instances for training: <c>images</c>, <c>annotations</c> with <c>bbox</c>, <c>categories</c>.</param>
    /// <param name="imageFolder">The folder that the <c>file_name</c> of the images starts from.</param>
    /// <param name="options">Which boxes are taken, the boxes of the other splits, how to split what is not split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The dataset, its classes in the order of the category ids. What is left out though it should not be is in its <see cref="Problems"/>:
    /// images that are missing, boxes without area or outside of their image, boxes that are there twice.
    /// </returns>
    /// <remarks>
    /// <para>
    /// No pixels are read or held; the path of an image is that of its image, <c>#</c>, and left, top, width and height of the box. Edges are
    /// rounded to whole pixels and what lies outside of the image is cut off. The boxes of one image are always in one split.
    /// </para>
    /// <para>
    /// Boxes count the pixels of the image as they are stored, and images come out upright by the EXIF tag of the image. Where <c>width</c>
    /// and <c>height</c> of an image are those of the upright image and not of the stored one, its boxes count upright pixels. An image whose
    /// size is neither fails when it is used.
    /// </para>
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The file is missing, damaged, or names an image or category that it does not have, or one cannot learn from the boxes that are left; the
    /// message then says which option left how many out.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ImageDataset FromCoco(
        string annotations, string imageFolder, BoxDatasetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(annotations);
        ArgumentException.ThrowIfNullOrEmpty(imageFolder);
        return new CocoReader(new BoxAnnotations(annotations, imageFolder), Checked(options), cancellationToken).Read();
    }

    /// <summary>Reads the boxes of Open Images as images.</summary>
    /// <param name="boxes">
    /// The table of boxes for training: <c>ImageID</c>, <c>LabelName</c>, <c>XMin</c>, <c>XMax</c>, <c>YMin</c>, <c>YMax</c> (0 to 1), and
    /// <c>IsOccluded</c>, <c>IsTruncated</c>, <c>IsGroupOf</c> and <c>IsDepiction</c> where they are there. <c>Confidence</c> is not looked at:
    /// it is 1 for every box.
    /// </param>
    /// <param name="classDescriptions">The table of the codes and names of the classes, with a header or without.</param>
    /// <param name="imageFolder">The folder of the images, which are called <c>&lt;ImageID&gt;.jpg</c>.</param>
    /// <param name="options">Which boxes are taken, the boxes of the other splits, how to split what is not split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset, its classes in the order of the class descriptions; as <see cref="FromCoco"/> has it.</returns>
    /// <remarks>
    /// The header of every image that has a wanted box is read, for its size. Parts are parts of the stored image; everything else is as
    /// <see cref="FromCoco"/> has it.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// A table is missing, damaged, lacks a column or a class, or one cannot learn from the boxes that are left; the message then says which
    /// option left how many out.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">A table cannot be read.</exception>
    public static ImageDataset FromOpenImages(
        string boxes, string classDescriptions, string imageFolder, BoxDatasetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(boxes);
        ArgumentException.ThrowIfNullOrEmpty(classDescriptions);
        ArgumentException.ThrowIfNullOrEmpty(imageFolder);
        return new OpenImagesReader(new BoxAnnotations(boxes, imageFolder), classDescriptions, Checked(options), cancellationToken).Read();
    }
}
