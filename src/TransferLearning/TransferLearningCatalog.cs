using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace TransferLearning.MLNet;

/// <summary>Images in ML.NET pipelines: <c>mlContext.TransferLearning</c>.</summary>
/// <remarks>
/// Safe for use from many threads. A column of images has paths (text), the content of image files (a vector of bytes) or decoded images
/// (<c>MLImage</c>). Progress and cancellation given here apply to every <c>Fit</c> of the estimator, also inside a pipeline.
/// </remarks>
public sealed class TransferLearningCatalog
{
    private readonly MLContext _context;

    internal TransferLearningCatalog(MLContext context) => _context = context;

    /// <summary>Turns images into features with a frozen network, so that any trainer of ML.NET can learn from them.</summary>
    /// <param name="outputColumnName">The column that is added: a vector of floats, as long as the network has features.</param>
    /// <param name="inputColumnName">The column of images.</param>
    /// <param name="backbone">The network; null for <see cref="Backbones.TinyResNet"/>.</param>
    /// <param name="options">Pooling, threads and so on; null for the defaults.</param>
    /// <param name="progress">Receives progress updates while weights are downloaded.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of range; the message lists every violation.</exception>
    public ImageFeaturizingEstimator FeaturizeImages(
        string outputColumnName,
        string inputColumnName = ImageClassificationOptions.DefaultImageColumnName,
        Backbone? backbone = null,
        ImageFeaturizationOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        options ??= ImageFeaturizationOptions.Default;
        OptionErrors.ThrowIfAny(options);
        backbone ??= Backbones.TinyResNet;
        if (options.Resize is { } resize)
            backbone = backbone with { Preprocessing = backbone.Preprocessing.WithResize(resize) };
        return new ImageFeaturizingEstimator(
            _context, outputColumnName, inputColumnName, backbone, options, progress, cancellationToken);
    }

    /// <summary>
    /// Classifies images with a network as it is: a pretrained one with its own classes, or a classifier that
    /// <see cref="ImageClassifier.Save(string)"/> has written, read with <see cref="Backbone.FromFile(string, ImagePreprocessing?)"/>. For
    /// other names of columns use <see cref="ImageClassification"/> with <see cref="TransferScenario.Pretrained"/>.
    /// </summary>
    /// <param name="inputColumnName">The column of images.</param>
    /// <param name="backbone">The network; null for <see cref="Backbones.TinyResNet"/>.</param>
    /// <param name="top">How many classes the columns <c>TopLabels</c> and <c>TopProbabilities</c> have at most, 1 or more.</param>
    /// <param name="progress">Receives progress updates while weights are downloaded.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="ArgumentException">A name is empty, or <paramref name="top"/> is below 1.</exception>
    public ImageClassificationEstimator ClassifyImages(
        string inputColumnName = ImageClassificationOptions.DefaultImageColumnName,
        Backbone? backbone = null,
        int top = ImageClassificationOptions.DefaultTop,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var options = new ImageClassificationOptions
        {
            Scenario = TransferScenario.Pretrained,
            Backbone = backbone ?? Backbones.TinyResNet,
            ImageColumnName = inputColumnName,
            Top = top,
        };
        return ImageClassification(options, progress, cancellationToken);
    }

    /// <summary>Trains an image classifier; the options select the scenario.</summary>
    /// <param name="options">Backbone, scenario and columns; null for frozen feature extraction with the embedded backbone.</param>
    /// <param name="progress">Receives progress updates during training.</param>
    /// <param name="cancellationToken">Stops the training within a batch.</param>
    /// <exception cref="ArgumentException">Options are invalid or contradict each other; the message lists every violation.</exception>
    public ImageClassificationEstimator ImageClassification(
        ImageClassificationOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ImageClassificationOptions();
        OptionErrors.ThrowIfAny(options);
        return new ImageClassificationEstimator(_context, options, progress, cancellationToken);
    }

    /// <summary>The images of a folder with one sub-folder for each class, listed anew by every cursor.</summary>
    /// <param name="path">The folder. Where it is split into train, valid and test, give the folder of one split.</param>
    /// <param name="groupPattern">
    /// What images belong together, as in <see cref="ImageFolderOptions.GroupPattern"/>; null for no groups.
    /// </param>
    /// <returns>
    /// A view of two text columns: <c>ImagePath</c>, the full path, and <c>Label</c>, the name of the sub-folder; with a pattern also
    /// <c>Group</c>, which splits take as <c>samplingKeyColumnName</c>, so that a group is never on both sides. Files that are not images
    /// are left out; the order is the same on every system. What the folders were taken for is a message of <see cref="MLContext.Log"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The pattern is malformed.</exception>
    /// <exception cref="DatasetException">There is no such folder, it has no class folders, or it is split.</exception>
    /// <remarks><see cref="ImageDataset.FromFolder"/> checks more: duplicates, rare classes, confusable names.</remarks>
    public IDataView LoadImageFolder(string path, string? groupPattern = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        OptionErrors.ThrowIfAny(new ImageFolderOptions { GroupPattern = groupPattern });
        string root = DatasetFolder.FullPath(path);
        using (var channel = ((IHostEnvironment)_context).Start(nameof(LoadImageFolder)))
        {
            foreach (string line in ClassFolders.Require(root).Lines)
                channel.Info(MessageSensitivity.None, "{0}", line);
        }

        var images = ClassFolders.Images(root);
        if (groupPattern is null)
            return _context.Data.LoadFromEnumerable(
                images.Select(image => new LabeledPath { ImagePath = image.Path, Label = image.Label }));
        var groups = new PathPattern(groupPattern);
        return _context.Data.LoadFromEnumerable(images.Select(image => new GroupedPath
        {
            ImagePath = image.Path,
            Label = image.Label,

            // An image that the pattern does not match is a group of its own.
            Group = groups.Find(Path.GetRelativePath(root, image.Path).Replace('\\', '/')) ?? image.Path,
        }));
    }

    private class LabeledPath
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class GroupedPath : LabeledPath
    {
        public string Group { get; set; } = "";
    }
}
