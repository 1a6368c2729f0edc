using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// From a pretrained network to a classifier for your own images: choose a backbone, then a scenario.
/// </summary>
/// <example>
/// <code>
/// using ImageClassifier classifier = await TransferLearner.From(Backbones.TinyResNet).FeatureExtraction().FitAsync(dataset);
/// </code>
/// </example>
/// <remarks>Immutable and safe for use from many threads: every method returns a new value.</remarks>
public sealed record TransferLearner
{
    private TransferLearner(Backbone backbone) => Backbone = backbone;

    /// <summary>The pretrained network.</summary>
    public Backbone Backbone { get; private init; }

    /// <summary>Threads, batch size and execution provider.</summary>
    internal ExecutionOptions Execution { get; private init; } = ExecutionOptions.Default;

    /// <summary>Where weights are kept.</summary>
    internal WeightCacheOptions Weights { get; private init; } = WeightCacheOptions.Default;

    /// <summary>Where features are kept from one run to the next; null for nowhere.</summary>
    internal FeatureCache? Features { get; private init; }

    /// <summary>Why the scenario was chosen, if it was chosen by measurements; otherwise null.</summary>
    internal string? Advice { get; init; }

    /// <summary>Whether a trained classifier gets a temperature fitted on the validation images.</summary>
    internal bool Calibrates { get; private init; } = true;

    /// <summary>The settings outside the options of a scenario, by name, for the record in the model's file.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Settings() =>
    [
        new("Calibration", Calibrates ? "True" : "False"),
        new("Execution", FormattableString.Invariant($"threads {Execution.EffectiveThreads}, batch size {Execution.BatchSize}") +
            (Execution.Device == Device.Cpu ? "" : $", device {Execution.Device.Resolved()}")),
    ];

    /// <summary>
    /// A classifier of the backbone and a head that was fitted to its features, for instance to features that are kept in files or that
    /// were computed on other machines.
    /// </summary>
    /// <param name="head">The head, fitted to features of this backbone with the same <paramref name="pooling"/>.</param>
    /// <param name="labels">The names of the head's classes, in their order.</param>
    /// <param name="pooling">How the last feature maps become one vector.</param>
    /// <param name="progress">Receives progress updates of a download.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>The classifier, which the caller disposes. It knows nothing of its training.</returns>
    /// <exception cref="ArgumentException">
    /// The head has another number of features than the backbone, or of classes than labels.
    /// </exception>
    /// <exception cref="OnnxGraphException">The backbone has no classifier head to replace.</exception>
    public async Task<ImageClassifier> CreateClassifierAsync(
        LinearHead head,
        IReadOnlyList<string> labels,
        FeaturePooling pooling = FeaturePooling.Auto,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != head.ClassCount)
            throw new ArgumentException(
                $"There are {labels.Count} labels for {head.ClassCount} classes; give one for each class.", nameof(labels));
        var network = (await LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false)).WithoutTop(pooling);
        var features = network.Outputs[0];
        return features.Dimensions[^1] == head.FeatureCount
            ? Finish(network.WithHead(features.Name, head.AppendTo), labels, training: null)
            : throw new ArgumentException(
                $"The head was fitted to {head.FeatureCount} features, and '{Backbone}' gives {features} with {pooling} " +
                "pooling.",
                nameof(head));
    }

    /// <summary>
    /// Trains a classifier on features that were computed before and do not fit in memory, for instance those of millions of images from
    /// many machines; the memory does not depend on their number.
    /// </summary>
    /// <param name="train">The features for training, computed by this backbone with its preprocessing; every class occurs.</param>
    /// <param name="labels">The names of the classes, in the order of the table's numbers.</param>
    /// <param name="validation">Features to choose by and to calibrate on; null for none.</param>
    /// <param name="options">What head, and how; null for the defaults. Views need images and have no meaning here.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the work within a part of a pass or within a step.</param>
    /// <returns>The classifier, which the caller disposes: the backbone and the head in one network.</returns>
    /// <exception cref="ArgumentException">
    /// The table has another number of features than the backbone, a label is out of range, a class has no row, or the options are not
    /// valid.
    /// </exception>
    /// <exception cref="DatasetException">Names of classes differ only in case, Unicode normalization or spaces at their ends.</exception>
    /// <exception cref="OnnxGraphException">The backbone has no classifier head to replace.</exception>
    public Task<ImageClassifier> FitHeadAsync(
        FeatureTable train,
        IReadOnlyList<string> labels,
        FeatureTable? validation = null,
        FeatureExtractionOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ClassNames.ThrowIfAmbiguous(labels, nameof(labels));
        HeadData.Check(train, labels.Count, validation);
        options ??= FeatureExtractionOptions.Default;
        OptionErrors.ThrowIfAny(options);
        return options.Views is null
            ? new FeatureTableTraining(this, options, train, validation, labels).RunAsync(progress, cancellationToken)
            : throw new ArgumentException($"{nameof(options.Views)} needs images; features are of images as they are.", nameof(options));
    }

    /// <summary>The classifier of a network that ends in logits.</summary>
    internal ImageClassifier Finish(OnnxModel network, IReadOnlyList<string> labels, TrainingSummary? training)
    {
        var metadata = Backbone.Metadata() with { Labels = labels };
        var model = ClassifierGraph.FromLogits(network, metadata, training?.Temperature)
            .WithMetadata(ClassifierMetadata.ToEntries(training));
        return new ImageClassifier(model, metadata, training, Execution);
    }

    /// <summary>Loads the backbone with a free batch dimension.</summary>
    internal Task<OnnxModel> LoadBackboneAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        Backbone.LoadAsync(Weights, progress, cancellationToken);

    /// <summary>
    /// Starts with a backbone, from <see cref="Backbones"/> or from <see cref="Backbone.FromFile(string, ImagePreprocessing?)"/>.
    /// </summary>
    public static TransferLearner From(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return new TransferLearner(backbone);
    }

    /// <summary>Loads the backbone now, so that all that is done with the returned value takes it from memory.</summary>
    /// <param name="progress">Receives progress updates of a download.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <inheritdoc cref="Backbone.LoadAsync" path="/exception"/>
    public async Task<TransferLearner> LoadAsync(
        IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var network = await LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false);
        return this with { Backbone = Backbone with { Local = () => network } };
    }

    /// <summary>Sets threads, batch size and execution provider.</summary>
    public TransferLearner WithExecution(ExecutionOptions execution)
    {
        ArgumentNullException.ThrowIfNull(execution);
        OptionErrors.ThrowIfAny(execution);
        return this with { Execution = execution };
    }

    /// <summary>Sets where weights are kept and how they are fetched.</summary>
    public TransferLearner WithWeightCache(WeightCacheOptions weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return this with { Weights = weights };
    }

    /// <summary>Keeps features on disk, so that images that were processed before are not computed again.</summary>
    public TransferLearner WithFeatureCache(FeatureCache features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return this with { Features = features };
    }

    /// <summary>
    /// Turns off calibration. By default, where there are validation images and it helps, all logits are divided by one number fitted on
    /// them, so that probabilities match frequencies; the predicted classes are the same (see <see cref="TemperatureScaling"/>).
    /// </summary>
    public TransferLearner WithoutCalibration() => this with { Calibrates = false };

    /// <summary>
    /// Sets how images that are not square are brought to the input size, in training and in the saved classifier. By default the network's
    /// own way is used, mostly the centre crop, which loses the ends of long images.
    /// </summary>
    public TransferLearner WithResize(ImageResizeMode mode) =>
        this with { Backbone = Backbone with { Preprocessing = Backbone.Preprocessing.WithResize(mode) } };

    /// <summary>
    /// Lists the images whose labels look wrong: a head on the frozen features, cross-validated over the images of all splits, takes them
    /// for another class.
    /// </summary>
    /// <param name="dataset">The images; those that cannot be decoded are skipped.</param>
    /// <param name="seed">Decides the folds of the cross-validation.</param>
    /// <param name="progress">Receives progress updates.</param>
    /// <param name="cancellationToken">Stops the work within a batch.</param>
    /// <exception cref="DatasetException">No image of a class can be decoded.</exception>
    public Task<LabelReview> ReviewLabelsAsync(
        ImageDataset dataset, int seed = 0, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return LabelReview.RunAsync(this, dataset, seed, progress, cancellationToken);
    }

    /// <summary>Pure prediction: the network as it is, with its own classes. No training.</summary>
    public PretrainedClassifier Classifier() => new(this);

    /// <summary>
    /// Frozen feature extraction: the network is frozen, and a new linear head is fitted on its features. The default for small data.
    /// </summary>
    /// <param name="options">What head, and how; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    public ClassifierTraining FeatureExtraction(FeatureExtractionOptions? options = null) =>
        new FeatureExtraction(this, options ?? FeatureExtractionOptions.Default);

    /// <summary>
    /// Partial retraining: the last part of the network trains together with the new head, at small learning rates. For images that are
    /// unlike those of ImageNet.
    /// </summary>
    /// <param name="options">What stays frozen, and how the rest trains; null for the defaults.</param>
    public FineTuning FineTuning(FineTuningOptions? options = null) => new(this, options ?? new FineTuningOptions());

    /// <summary>
    /// Training from scratch: a network of the same architecture trains from random weights, for comparison with what transfer learning
    /// brings.
    /// </summary>
    /// <remarks>
    /// The preprocessed images and their random views are kept in memory, 602 kB for each of 224 × 224. Weights are drawn as in He et al.
    /// (2015). A file whose BatchNormalization has been folded into its convolutions has none to train with: then use small learning
    /// rates.
    /// </remarks>
    /// <param name="options">How it trains; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    public ClassifierTraining FromScratch(ScratchOptions? options = null) => new FromScratch(this, options ?? new ScratchOptions());

    /// <summary>
    /// The scenario that is measured to be best: frozen features first, then fine-tuning from up to three freeze points, in a limited time
    /// (<see cref="TransferAdvisorOptions.Budget"/>). The result is no worse than frozen features on the images measured.
    /// </summary>
    /// <param name="options">How the data set is measured, and how long; null for the defaults.</param>
    /// <param name="extraction">How a head is put on the frozen network; null for the defaults.</param>
    /// <param name="fineTuning">How the network trains; null for the defaults. The candidates replace its freeze point.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every violation.</exception>
    public AutomaticTransfer Auto(
        TransferAdvisorOptions? options = null, FeatureExtractionOptions? extraction = null, FineTuningOptions? fineTuning = null) =>
        new(this, options ?? TransferAdvisorOptions.Default, extraction, fineTuning);
}
