namespace TransferLearning;

/// <content>Reads datasets in the formats in which they are published.</content>
public sealed partial class ImageDataset
{
    /// <summary>Reads a folder of images with one subfolder for each class.</summary>
    /// <param name="path">
    /// A folder with split folders such as <c>train</c>, <c>valid</c> and <c>test</c>, each with class folders; or a folder of class
    /// folders, which is split by <paramref name="options"/>. A missing validation or test split is taken from <c>train</c>. Class folders
    /// may have further subfolders. Many other names and shapes are recognised, see <see cref="Layout"/> and docs/field.md.
    /// </param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset; see its <see cref="Problems"/>.</returns>
    /// <remarks>
    /// Reads names and the first bytes of files, and all of the files that have equal length. Files that are not images are left out; names
    /// that start with a dot are ignored. Whether an image can be decoded completely is found when it is used.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The folder does not exist, there are no class folders, fewer than two classes, a class with fewer than two images, a split without
    /// images or with classes that train does not have, or class names that differ only in case or Unicode normalization.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromFolder(string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        Read(FolderReader(path, options), cancellationToken);

    /// <summary>Splits images whose labels come from your own list.</summary>
    /// <param name="images">The files and the names of their classes.</param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="name">The name of the dataset for messages and reports.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset; files that are missing or not images are left out, see its <see cref="Problems"/>.</returns>
    /// <exception cref="DatasetException">
    /// There are fewer than two classes, a class with fewer than two images, or class names that differ only in case or Unicode
    /// normalization.
    /// </exception>
    /// <exception cref="ArgumentException">A path or label is empty, or a value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromFiles(
        IEnumerable<(string Path, string Label)> images,
        ImageFolderOptions? options = null,
        string name = DefaultListName,
        CancellationToken cancellationToken = default) => Read(FilesReader(images, options, name), cancellationToken);

    /// <summary>Reads MNIST, Fashion-MNIST or another dataset of IDX files.</summary>
    /// <param name="folder">
    /// The folder of <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c> and, for the test split,
    /// <c>t10k-images-idx3-ubyte</c> and <c>t10k-labels-idx1-ubyte</c>; each may end with <c>.gz</c>.
    /// </param>
    /// <param name="classes">The names of the classes in label order; null: the labels as numbers.</param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <remarks>
    /// The pixels stay in memory, one byte each. The path of an image is that of its file, <c>#</c>, and its index from 0.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The folder does not exist, or a file is missing, has another format, is truncated, or has a label without a class; the message gives
    /// the position.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset FromIdx(
        string folder,
        IReadOnlyList<string>? classes = null,
        ImageFolderOptions? options = null,
        CancellationToken cancellationToken = default) => Read(IdxFolderReader(folder, classes, options), cancellationToken);

    /// <summary>Reads the binary version of CIFAR-10 or CIFAR-100.</summary>
    /// <param name="folder">
    /// The folder of <c>data_batch_*.bin</c>, <c>test_batch.bin</c> and <c>batches.meta.txt</c> (CIFAR-10), or of <c>train.bin</c>,
    /// <c>test.bin</c>, <c>fine_label_names.txt</c> and <c>coarse_label_names.txt</c> (CIFAR-100).
    /// </param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="coarseLabels">
    /// Whether the classes are the 20 coarse labels of CIFAR-100 instead of its 100 fine labels; CIFAR-10 has one kind only.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <remarks>
    /// The pixels stay in memory, 3,072 bytes for each image. The path of an image is that of its file, <c>#</c>, and its index from 0.
    /// Without the file of names, classes are named by their numbers.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// The folder does not exist, or a file is missing, has another format, is truncated, or has a label without a class; the message gives
    /// the position.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ImageDataset FromCifar(
        string folder, ImageFolderOptions? options = null, bool coarseLabels = false, CancellationToken cancellationToken = default) =>
        Read(CifarFolderReader(folder, options, coarseLabels), cancellationToken);

    /// <summary>Reads a table (CSV or TSV) of image files and labels, for instance the <c>train.csv</c> of a Kaggle competition.</summary>
    /// <param name="table">The table, one row for each image. Quoted text follows RFC 4180.</param>
    /// <param name="options">The columns, the folder of the images, how to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset; files that are missing or not images are left out, see its <see cref="Problems"/>.</returns>
    /// <exception cref="DatasetException">The table is missing or lacks a column or a value, or there are too few images.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public static ImageDataset FromCsv(string table, CsvDatasetOptions? options = null, CancellationToken cancellationToken = default) =>
        Read(TableReader(table, options), cancellationToken);

    /// <summary>Reads ImageNet or Tiny-ImageNet.</summary>
    /// <param name="folder">
    /// The folder of <c>train/&lt;synset&gt;</c> and <c>val</c>, which has the same folders or <c>val_annotations.txt</c> (file name, tab,
    /// synset). <c>words.txt</c>, <c>synset_words.txt</c> or <c>LOC_synset_mapping.txt</c> there gives the names of the classes.
    /// </param>
    /// <param name="options">How to split; the test folder of ImageNet has no labels and is ignored. Null for the defaults.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The dataset; its classes are in the order of the synsets and have the first name of each.</returns>
    /// <exception cref="DatasetException">
    /// The folder does not exist or has another layout, or an image in <c>val</c> has no synset that is in <c>train</c>.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromImageNet(
        string folder, ImageFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        Read(ImageNetFolderReader(folder, options), cancellationToken);

    /// <summary>Reads in the caller's thread.</summary>
    private static ImageDataset Read(Func<DatasetReading, ImageDataset> read, CancellationToken cancellationToken) =>
        read(new DatasetReading(progress: null, cancellationToken));

    private static Func<DatasetReading, ImageDataset> FolderReader(string path, ImageFolderOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = Checked(options);
        return reading => new ImageFolderReader(DatasetFolder.FullPath(path), options, reading).Read();
    }

    private static Func<DatasetReading, ImageDataset> FilesReader(
        IEnumerable<(string Path, string Label)> images, ImageFolderOptions? options, string name)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(name);
        options = Checked(options);
        return reading => new ImageListReader(name, options, reading)
            .Read(images.Select(image => new ListedImage(image.Path, image.Label, DatasetPart.Train)));
    }

    private static Func<DatasetReading, ImageDataset> IdxFolderReader(
        string folder, IReadOnlyList<string>? classes, ImageFolderOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options = Checked(options);
        return reading => new IdxReader(DatasetFolder.FullPath(folder), classes, options, reading).Read();
    }

    private static Func<DatasetReading, ImageDataset> CifarFolderReader(string folder, ImageFolderOptions? options, bool coarseLabels)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options = Checked(options);
        return reading => new CifarReader(DatasetFolder.FullPath(folder), coarseLabels, options, reading).Read();
    }

    private static Func<DatasetReading, ImageDataset> TableReader(string table, CsvDatasetOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        options = Checked(options);
        string path = Path.GetFullPath(table);
        return reading =>
        {
            var (images, layout) = new CsvReader(path, options, reading).Read();
            return new ImageListReader(Path.GetFileNameWithoutExtension(path), options.Splits, reading).Read(images, layout);
        };
    }

    private static Func<DatasetReading, ImageDataset> ImageNetFolderReader(string folder, ImageFolderOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options = Checked(options);
        return reading => new ImageNetReader(DatasetFolder.FullPath(folder), options, reading).Read();
    }

    private static T Checked<T>(T? options)
        where T : class, ICheckedOptions, new()
    {
        options ??= new T();
        OptionErrors.ThrowIfAny(options);
        return options;
    }
}
