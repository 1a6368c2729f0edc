using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A pretrained network as a value: weights, preprocessing, classes, licence and published accuracy are kept together, so that no network
/// is used with the wrong preprocessing.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. Take one from <see cref="Backbones"/>, read one with
/// <see cref="FromFile(string, ImagePreprocessing?)"/>, or define your own with <see cref="Weights"/>. Change properties with <c>with</c>:
/// <c>Backbone.FromFile("net.onnx") with { Labels = ClassLabels.FromFile("classes.txt") }</c>.
/// </remarks>
public sealed record Backbone
{
    /// <summary>The value of <see cref="License"/> when the source states none.</summary>
    public const string UnknownLicense = "not stated";

    private readonly Deferred<int?> _classCount;
    private readonly Deferred<int> _featureDimension;
    private readonly Deferred<long?> _parameters;

    /// <summary>The name in the catalog, or the file name without extension.</summary>
    public required string Name { get; init; }

    /// <summary>The preprocessing from image to input of this network.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>
    /// False when the source of the weights does not document the preprocessing, so that <see cref="Preprocessing"/> is the most likely
    /// one; <see cref="Warning"/> then says so. <value>The default is true.</value>
    /// </summary>
    public bool PreprocessingVerified { get; init; } = true;

    /// <summary>
    /// False when nobody has classified images with these very weights yet, so that it is inferred that they are trained;
    /// <see cref="Warning"/> then says so. <value>The default is true.</value>
    /// </summary>
    public bool WeightsVerified { get; init; } = true;

    /// <summary>The class names in the order of the outputs; empty if there are none. Predictions are then labelled "class 207".</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The WordNet identifiers of the classes in the order of the outputs; empty if there are none.</summary>
    public IReadOnlyList<string> Synsets { get; init; } = [];

    /// <summary>The number of classes of the network; null if unknown.</summary>
    public int? ClassCount
    {
        get => _classCount.Value;
        init => _classCount = value;
    }

    /// <summary>
    /// The length of the feature vector of one image: the pooled last feature maps of <see cref="OnnxModel.WithoutTop"/>; 0 if unknown.
    /// </summary>
    public int FeatureDimension
    {
        get => _featureDimension.Value;
        init => _featureDimension = value;
    }

    /// <summary>
    /// The input tensor as the file declares it; null if unknown. A fixed batch size of 1 becomes dynamic when the network is loaded.
    /// </summary>
    public OnnxTensorInfo? Input { get; init; }

    /// <summary>The output tensor of the classifier as the file declares it; null if unknown.</summary>
    public OnnxTensorInfo? Output { get; init; }

    /// <summary>The number of parameters, including batch-normalisation statistics; null if unknown.</summary>
    public long? Parameters
    {
        get => _parameters.Value;
        init => _parameters = value;
    }

    /// <summary>The number of multiply-adds for one image of the input size; null if unknown.</summary>
    public long? MultiplyAdds { get; init; }

    /// <summary>The licence of the weights, an SPDX identifier if there is one.</summary>
    public string License { get; init; } = UnknownLicense;

    /// <summary>The origin of the weights, as text; null if unknown.</summary>
    public string? Origin { get; init; }

    /// <summary>
    /// The published top-1 accuracy, in percent, on the validation images of the dataset on which the network was trained; null if there is
    /// none.
    /// </summary>
    public double? PublishedTop1 { get; init; }

    /// <summary>The source of <see cref="PublishedTop1"/> and its images; null if there is none.</summary>
    public string? PublishedTop1Source { get; init; }

    /// <summary>The file to download; null for weights that are embedded or were read from your own file.</summary>
    public WeightFile? Weights { get; init; }

    /// <summary>A warning to read before use, in one or two sentences; null if there is none.</summary>
    public string? Warning => !PreprocessingVerified
        ? $"The source of '{Name}' does not document its preprocessing; the one in the catalog is the most likely. " +
            "Compare a few predictions, or set your own with 'with { Preprocessing = … }'."
        : !WeightsVerified
        ? $"That the weights of '{Name}' are trained is inferred from its source; nobody has classified images with them yet. " +
            "Check them: transfer-learning backbones verify NAME --images FOLDER."
        : null;

    /// <summary>Provides the network of an embedded or given file, which needs no download.</summary>
    internal Func<OnnxModel>? Local { get; init; }

    /// <summary>Computes <see cref="ClassCount"/> on first use.</summary>
    internal Func<int?> ClassCountLater
    {
        init => _classCount = Deferred<int?>.Later(value);
    }

    /// <summary>Computes <see cref="FeatureDimension"/> on first use.</summary>
    internal Func<int> FeatureDimensionLater
    {
        init => _featureDimension = Deferred<int>.Later(value);
    }

    /// <summary>Computes <see cref="Parameters"/> on first use.</summary>
    internal Func<long?> ParametersLater
    {
        init => _parameters = Deferred<long?>.Later(value);
    }

    /// <summary>Reads a network from an ONNX file.</summary>
    /// <param name="path">
    /// The file. Preprocessing, class names, licence and origin are read from its <c>metadata_props</c> if present.
    /// </param>
    /// <param name="preprocessing">The preprocessing; overrides that of the file. Required if the file has none.</param>
    /// <exception cref="OnnxGraphException">
    /// The file is not a valid ONNX model of colour images, its metadata are malformed, there is no preprocessing in it or in
    /// <paramref name="preprocessing"/>, or the preprocessing does not fit its input.
    /// </exception>
    public static Backbone FromFile(string path, ImagePreprocessing? preprocessing = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return BackboneFile.Read(path, (metadata, _) => preprocessing ?? metadata.Preprocessing);
    }

    /// <summary>Reads a network from an ONNX file, with its preprocessing by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preprocessing">
    /// <c>imagenet</c>, <c>tf</c> or <c>caffe</c> (see the methods of <see cref="ImagePreprocessing"/>), fitted to the size and axis order
    /// of the network's input; or the path of a JSON file for <see cref="ImagePreprocessing.Parse"/>. Overrides that of the file.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="preprocessing"/> is neither a preset nor a file.</exception>
    /// <exception cref="FormatException">The JSON file is malformed.</exception>
    /// <exception cref="OnnxGraphException">As for <see cref="FromFile(string, ImagePreprocessing?)"/>.</exception>
    public static Backbone FromFile(string path, string preprocessing)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(preprocessing);
        return BackboneFile.Read(path, (_, input) => PreprocessingPreset.Resolve(preprocessing, input));
    }

    /// <summary>
    /// Loads the network: from the package, from its file, or from the <see cref="WeightCache"/>, which downloads it once.
    /// </summary>
    /// <param name="options">The options of the cache; null for the defaults.</param>
    /// <param name="progress">Told of a download's progress; nothing is reported when none is needed.</param>
    /// <param name="cancellationToken">Stops the download; received bytes are kept for the next attempt.</param>
    /// <returns>The network with a dynamic batch dimension; size and SHA-256 of downloaded weights have been verified.</returns>
    /// <exception cref="WeightDownloadException">The weights are not cached and cannot be downloaded.</exception>
    /// <exception cref="WeightVerificationException">Every address serves other bytes than expected.</exception>
    /// <exception cref="WeightStorageException">The cache folder cannot be found or written.</exception>
    /// <exception cref="InvalidOperationException">
    /// This record has no weights, or <see cref="Labels"/> has another number of names than <see cref="ClassCount"/>.
    /// </exception>
    public async Task<OnnxModel> LoadAsync(
        WeightCacheOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= WeightCacheOptions.Default;
        RequireMatchingLabels();
        if (Warning is { } warning && options.Logger is { } logger)
            BackboneLog.UnverifiedPreprocessing(logger, warning);
        if (Local is { } local)
            return await Task.Run(local, cancellationToken).ConfigureAwait(false);
        var weights = Weights ?? throw new InvalidOperationException(
            $"The backbone '{Name}' has no weights: set {nameof(Weights)}, or take a backbone from {nameof(Backbones)} or " +
                $"{nameof(FromFile)}.");
        using var content = await ReadAsync(weights, options, progress, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => ModelReader.Read(content, weights.FileName).WithFreeBatch(), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The name of the backbone.</summary>
    public override string ToString() => Name;

    private static async Task<FileContent> ReadAsync(
        WeightFile weights, WeightCacheOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await new WeightCache(options).ReadAsync(weights, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (WeightDownloadException error)
        {
            throw new WeightDownloadException(
                $"{error.Message} Without a download: the backbone '{Backbones.Default.Name}'.", error.InnerException);
        }
    }

    /// <summary>The metadata that every classifier inherits from its backbone.</summary>
    internal ModelMetadata Metadata() => new() { Title = Name, Origin = Origin, License = License, Preprocessing = Preprocessing };

    private void RequireMatchingLabels()
    {
        if (Labels.Count > 0 && ClassCount is { } classes && Labels.Count != classes)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The backbone '{Name}' has {classes} classes but {Labels.Count} labels; set one for each class, in output order."));
        }
    }
}
