namespace TransferLearning;

/// <summary>Pure prediction: a pretrained network used as it is, with the classes that it was trained for.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed class PretrainedClassifier
{
    private readonly TransferLearner _learner;

    internal PretrainedClassifier(TransferLearner learner) => _learner = learner;

    /// <summary>Loads the network. A finished classifier in the backbone's file is taken as it is.</summary>
    /// <param name="progress">Receives progress updates of a download.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>The classifier, which the caller disposes.</returns>
    /// <exception cref="OnnxGraphException">The network has no classifier that can be found by its structure.</exception>
    public async Task<ImageClassifier> CreateAsync(
        IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var backbone = _learner.Backbone;
        var model = await _learner.LoadBackboneAsync(progress, cancellationToken).ConfigureAwait(false);
        if (ImageClassifier.IsFinished(model))
            return ImageClassifier.FromFinished(model, backbone.Name, backbone.Preprocessing, _learner.Execution);

        var metadata = backbone.Metadata() with
        {
            Labels = backbone.Labels,
            Synsets = backbone.Synsets,
            ValidationTop1 = backbone.PublishedTop1 / 100,
        };
        var finished = ClassifierGraph.FromPretrained(model, metadata)
            .WithMetadata(ClassifierMetadata.ToEntries(training: null));
        return new ImageClassifier(finished, ModelMetadata.Read(finished, backbone.Name), training: null, _learner.Execution);
    }
}
