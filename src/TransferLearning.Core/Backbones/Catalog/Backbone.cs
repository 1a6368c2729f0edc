using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// A pretrained network as a value: its weights, the preprocessing that belongs to them, its classes, its licence and its published
/// accuracy travel together, so that no network meets the wrong preprocessing.
/// </summary>
/// <remarks>
/// Immutable and safe for use from many threads. Take one from <see cref="Backbones"/>, read one with
/// <see cref="FromFile(string, ImagePreprocessing?)"/>, or describe your own with <see cref="Weights"/>. Change details with <c>with</c>:
/// <c>Backbone.FromFile("net.onnx") with { Labels = ClassLabels.FromFile("classes.txt") }</c>.
/// </remarks>
public sealed record Backbone
{
    /// <summary>The licence of weights that state none.</summary>
    public const string UnknownLicense = "not stated";

    private readonly Deferred<int?> _classCount;
    private readonly Deferred<int> _featureDimension;
    private readonly Deferred<long?> _parameters;

    /// <summary>The name in the catalog, or the file name without extension.</summary>
    public required string Name { get; init; }

    /// <summary>How an image becomes the input of this network.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>
    /// False when the source of the weights does not document the preprocessing, so that <see cref="Preprocessing"/> is the likeliest one;
    /// <see cref="Warning"/> then says so. <value>The default is true.</value>
    /// </summary>
    public bool PreprocessingVerified { get; init; } = true;

    /// <summary>
    /// The class names in the order of the outputs; empty when the weights carry none. A prediction then says "class 207".
    /// </summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The WordNet identifiers of the classes in the order of the outputs; empty when the weights carry none.</summary>
    public IReadOnlyList<string> Synsets { get; init; } = [];

    /// <summary>The number of classes that the network was trained for; null when the file does not tell.</summary>
    public int? ClassCount
    {
        get => _classCount.Value;
        init => _classCount = value;
    }

    /// <summary>
    /// The length of the feature vector of one image: the pooled last feature maps of <see cref="OnnxModel.WithoutTop"/>; 0 when it is
    /// not known.
    /// </summary>
    public int FeatureDimension
    {
        get => _featureDimension.Value;
        init => _featureDimension = value;
    }

    /// <summary>The input tensor as the file declares it; null when it is not known. A batch of 1 becomes free when the network is loaded.</summary>
    public OnnxTensorInfo? Input { get; init; }

    /// <summary>The output tensor of the classifier as the file declares it; null when it is not known.</summary>
    public OnnxTensorInfo? Output { get; init; }

    /// <summary>The number of trained numbers, batch-normalisation statistics included; null when it is not known.</summary>
    public long? Parameters
    {
        get => _parameters.Value;
        init => _parameters = value;
    }

    /// <summary>Multiplications with addition for one image of the input size; null when it is not known.</summary>
    public long? MultiplyAdds { get; init; }

    /// <summary>The licence of the weights, an SPDX identifier where there is one.</summary>
    public string License { get; init; } = UnknownLicense;

    /// <summary>Where the weights come from, in words; null when it is not known.</summary>
    public string? Origin { get; init; }

    /// <summary>
    /// The published share of right first guesses, in percent, on the validation images of the data set that the network was trained
    /// on; null when there is none.
    /// </summary>
    public double? PublishedTop1 { get; init; }

    /// <summary>Who published <see cref="PublishedTop1"/> and for which images; null when there is none.</summary>
    public string? PublishedTop1Source { get; init; }

    /// <summary>The file to fetch; null for weights that are embedded or that were read from a file of yours.</summary>
    public WeightFile? Weights { get; init; }

    /// <summary>What one should know before use, in one sentence; null when there is nothing.</summary>
    public string? Warning => PreprocessingVerified
        ? null
        : $"The source of '{Name}' does not document its preprocessing; the one in the catalog is the likeliest. Compare a few predictions, or give your own with 'with {{ Preprocessing = … }}'.";

    /// <summary>The network of an embedded or given file, which needs no download.</summary>
    internal Func<OnnxModel>? Local { get; init; }

    /// <summary>Works out <see cref="ClassCount"/> when it is first asked for.</summary>
    internal Func<int?> ClassCountLater
    {
        init => _classCount = Deferred<int?>.Later(value);
    }

    /// <summary>Works out <see cref="FeatureDimension"/> when it is first asked for.</summary>
    internal Func<int> FeatureDimensionLater
    {
        init => _featureDimension = Deferred<int>.Later(value);
    }

    /// <summary>Works out <see cref="Parameters"/> when they are first asked for.</summary>
    internal Func<long?> ParametersLater
    {
        init => _parameters = Deferred<long?>.Later(value);
    }

    /// <summary>Reads a network from an ONNX file of yours.</summary>
    /// <param name="path">The file. Preprocessing, class names, licence and origin are read from its <c>metadata_props</c> where they are.</param>
    /// <param name="preprocessing">How images are prepared; wins over that of the file. Needed when the file does not say it.</param>
    /// <exception cref="OnnxGraphException">
    /// The file is not a valid ONNX model of colour images, its metadata are malformed, neither it nor <paramref name="preprocessing"/> says
    /// how images are prepared, or the preprocessing does not fit its input.
    /// </exception>
    public static Backbone FromFile(string path, ImagePreprocessing? preprocessing = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return BackboneFile.Read(path, (metadata, _) => preprocessing ?? metadata.Preprocessing);
    }

    /// <summary>Reads a network from an ONNX file of yours, with its preprocessing by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="preprocessing">
    /// <c>imagenet</c>, <c>tf</c> or <c>caffe</c> (see the methods of <see cref="ImagePreprocessing"/>), fitted to the size and axis order of
    /// the network's input; or the path of a JSON file as <see cref="ImagePreprocessing.Parse"/> reads it. Wins over that of the file.
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

    /// <summary>Loads the network: from the package, from its file, or through the <see cref="WeightCache"/>, which fetches it once.</summary>
    /// <param name="options">Folder, offline switch, proxy and so on of the cache; null takes the defaults.</param>
    /// <param name="progress">Told of a download's progress; nothing is reported when none is needed.</param>
    /// <param name="cancellationToken">Stops the download; what has been received stays for the next attempt.</param>
    /// <returns>The network with a free batch dimension; its bytes were checked against size and SHA-256 when they were fetched or cached.</returns>
    /// <exception cref="WeightDownloadException">The weights are not cached and cannot be fetched.</exception>
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
            $"The backbone '{Name}' has no weights: set {nameof(Weights)}, or take a backbone from {nameof(Backbones)} or {nameof(FromFile)}.");
        byte[] bytes = await new WeightCache(options).ReadAsync(weights, progress, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => OnnxModel.Parse(bytes, weights.FileName).WithFreeBatch(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name of the backbone.</summary>
    public override string ToString() => Name;

    /// <summary>What every classifier inherits from its backbone.</summary>
    internal ModelMetadata Metadata() => new() { Title = Name, Origin = Origin, License = License, Preprocessing = Preprocessing };

    private void RequireMatchingLabels()
    {
        if (Labels.Count > 0 && ClassCount is { } classes && Labels.Count != classes)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The backbone '{Name}' has {classes} classes but {Labels.Count} labels; give one label for each class, in the order of the outputs."));
        }
    }
}
