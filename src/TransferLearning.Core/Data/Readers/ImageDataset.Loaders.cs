namespace TransferLearning;

/// <content>Datasets in the formats in which they are published.</content>
public sealed partial class ImageDataset
{
    /// <summary>Reads a folder of images, one sub-folder for each class.</summary>
    /// <param name="path">
    /// A folder with the split folders <c>train</c>, <c>valid</c> (or <c>validation</c>, <c>val</c>) and <c>test</c>, each with class
    /// folders; or a folder of class folders, which is split by <paramref name="options"/>. Where a validation or test folder is missing,
    /// that part is taken from <c>train</c>. Images may lie in further folders inside a class folder.
    /// </param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops a long listing.</param>
    /// <returns>The dataset; see its <see cref="Problems"/>.</returns>
    /// <remarks>
    /// Reads names and the first bytes of files, and the whole of files of equal length. Files that are no images are left out; names that
    /// start with a dot are passed over. Whether an image can be decoded to its end shows when it is used.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// There are no class folders, fewer than two classes, a class with fewer than two images, a split without images or with classes
    /// that train does not have, or class names that differ only in case or Unicode form.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromFolder(string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ImageFolderReader(FullPath(path), Checked(options), cancellationToken).Read();
    }

    /// <summary>Splits images whose labels come from a list of your own.</summary>
    /// <param name="images">The files and the names of their classes.</param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="name">What messages and reports call the dataset.</param>
    /// <param name="cancellationToken">Stops a long check.</param>
    /// <returns>The dataset; files that are missing or no images are left out, see its <see cref="Problems"/>.</returns>
    /// <exception cref="DatasetException">
    /// There are fewer than two classes, a class with fewer than two images, or class names that differ only in case or Unicode form.
    /// </exception>
    /// <exception cref="ArgumentException">A path or label is empty, or a value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromFiles(
        IEnumerable<(string Path, string Label)> images,
        ImageFolderOptions? options = null,
        string name = "images",
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(name);
        return new ImageListReader(name, Checked(options), cancellationToken)
            .Read(images.Select(image => new ListedImage(image.Path, image.Label, DatasetPart.Train)));
    }

    /// <summary>Reads MNIST, Fashion-MNIST or another dataset of IDX files.</summary>
    /// <param name="folder">
    /// The folder of <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c> and, for the test split, <c>t10k-images-idx3-ubyte</c>
    /// and <c>t10k-labels-idx1-ubyte</c>; each may end with <c>.gz</c>.
    /// </param>
    /// <param name="classes">The names of the classes in label order; null: the labels as numbers.</param>
    /// <param name="options">How to split what is not split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <remarks>The pixels stay in memory, one byte each. The path of an image is that of its file, <c>#</c>, and its number from 0.</remarks>
    /// <exception cref="DatasetException">A file is missing, of another kind, cut off, or has a label without a class; the message says where.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset FromIdx(
        string folder, IReadOnlyList<string>? classes = null, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new IdxReader(FullPath(folder), classes, Checked(options), cancellationToken).Read();
    }

    /// <summary>Reads the binary version of CIFAR-10 or CIFAR-100.</summary>
    /// <param name="folder">
    /// The folder of <c>data_batch_*.bin</c>, <c>test_batch.bin</c> and <c>batches.meta.txt</c> (CIFAR-10), or of <c>train.bin</c>,
    /// <c>test.bin</c>, <c>fine_label_names.txt</c> and <c>coarse_label_names.txt</c> (CIFAR-100).
    /// </param>
    /// <param name="labels">Which labels of CIFAR-100 are the classes.</param>
    /// <param name="options">How to split what is not split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <remarks>
    /// The pixels stay in memory, 3,073 bytes for each image. The path of an image is that of its file, <c>#</c>, and its number from 0.
    /// Without the file of names, classes are called by their numbers.
    /// </remarks>
    /// <exception cref="DatasetException">A file is missing, of another kind, cut off, or has a label without a class; the message says where.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset FromCifar(
        string folder, CifarLabels labels = CifarLabels.Fine, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new CifarReader(FullPath(folder), labels, Checked(options), cancellationToken).Read();
    }

    /// <summary>Reads a table (CSV or TSV) of image files and labels, for instance the <c>train.csv</c> of a competition of Kaggle.</summary>
    /// <param name="table">The table: a row for each image. Text in quotation marks follows RFC 4180.</param>
    /// <param name="options">Which columns, where the images are, how to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset; files that are missing or no images are left out, see its <see cref="Problems"/>.</returns>
    /// <exception cref="DatasetException">The table is missing or lacks a column or a value, or one cannot learn from its images.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public static ImageDataset FromCsv(string table, CsvDatasetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        options = Checked(options);
        string path = Path.GetFullPath(table);
        var images = new CsvReader(path, options, cancellationToken).Read();
        return new ImageListReader(Path.GetFileNameWithoutExtension(path), options.Splits, cancellationToken).Read(images);
    }

    /// <summary>Reads ImageNet or Tiny-ImageNet.</summary>
    /// <param name="folder">
    /// The folder of <c>train/&lt;synset&gt;</c> and <c>val</c>, which has the same folders or <c>val_annotations.txt</c> (file name, tab,
    /// synset). <c>words.txt</c>, <c>synset_words.txt</c> or <c>LOC_synset_mapping.txt</c> there gives the names of the classes.
    /// </param>
    /// <param name="options">How to split what is not split; the test folder of ImageNet has no labels and is passed over. Null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset; its classes are in the order of the synsets, and are called by their first name.</returns>
    /// <exception cref="DatasetException">The folder is not of this layout, or an image in <c>val</c> has no synset that is in <c>train</c>.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromImageNet(string folder, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new ImageNetReader(FullPath(folder), Checked(options), cancellationToken).Read();
    }

    private static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static T Checked<T>(T? options)
        where T : class, ICheckedOptions, new()
    {
        options ??= new T();
        OptionErrors.ThrowIfAny(options);
        return options;
    }
}
