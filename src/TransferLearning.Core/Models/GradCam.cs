using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Explains which parts of an image contribute to a class: the sum of the last feature maps, each weighted by the mean gradient of the
/// class's logit, with negative values set to 0 (R. R. Selvaraju et al., Grad-CAM: visual explanations from deep networks via
/// gradient-based localization, 2017). For a head of global average pooling and one dense layer this is the class activation map of
/// B. Zhou et al., 2016. For a transformer, each patch of the image gets the sum of its numbers before the last attention, each times its
/// own gradient.
/// </summary>
/// <remarks>
/// Safe for use from many threads; dispose it when no call is running. It owns two native sessions and uses the classifier, which must not
/// be disposed before.
/// </remarks>
public sealed class GradCam : IDisposable
{
    private readonly ImageClassifier _classifier;
    private readonly GradCamGraph _graph;
    private readonly ImageSession _features;
    private readonly GradCamHead _head;

    /// <summary>Prepares explanations.</summary>
    /// <param name="classifier">The classifier; the caller disposes it.</param>
    /// <param name="execution">Threads and execution provider; null for the defaults.</param>
    /// <exception cref="OnnxGraphException">
    /// Nothing that the classifier reads belongs to a position in the image, or a node of its head has no gradient.
    /// </exception>
    public GradCam(ImageClassifier classifier, ExecutionOptions? execution = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        execution ??= ExecutionOptions.Default;
        OptionErrors.ThrowIfAny(execution);
        _classifier = classifier;
        _graph = GradCamGraph.Build(classifier.ToOnnx());
        _features = ImageSession.Open(
            _graph.Features,
            new ImageSessionOptions(classifier.Preprocessing, execution, SessionMode.Latency, "feature maps"));
        try
        {
            _head = new GradCamHead(_graph, execution);
        }
        catch
        {
            _features.Dispose();
            throw;
        }
    }

    /// <summary>Explains an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The class to explain, one of <see cref="ImageClassifier.Labels"/>; null for the most probable one.</param>
    /// <exception cref="ArgumentException">The classifier has no such class; the message lists its classes.</exception>
    /// <exception cref="ImageDecodeException">The file is missing, or is not an image that can be decoded.</exception>
    /// <exception cref="OnnxGraphException">ONNX Runtime cannot compute the network.</exception>
    public ClassExplanation Explain(string path, string? label = null)
    {
        int? index = label is null ? null : IndexOf(label);
        var prediction = _classifier.Predict(path);
        return Explain(path, content: null, prediction, index ?? prediction.LabelIndex);
    }

    /// <summary>Explains an image in memory.</summary>
    /// <param name="encoded">The content of an image file, which must not change until the explanation has been drawn.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="decoding">Limits of decoding, here and when the explanation is drawn; null for the defaults.</param>
    /// <param name="label">The class to explain, one of <see cref="ImageClassifier.Labels"/>; null for the most probable one.</param>
    /// <exception cref="ArgumentException">The classifier has no such class, or the options are out of range.</exception>
    /// <exception cref="ImageDecodeException">The bytes are not an image that can be decoded within the limits.</exception>
    /// <exception cref="OnnxGraphException">ONNX Runtime cannot compute the network.</exception>
    public ClassExplanation Explain(
        ReadOnlyMemory<byte> encoded, string name = "image", ImageDecodeOptions? decoding = null, string? label = null)
    {
        int? index = label is null ? null : IndexOf(label);
        decoding ??= ImageDecodeOptions.Default;
        var prediction = _classifier.Predict(encoded.Span, name, decoding);
        return Explain(ImageSource.FromBytes(encoded, name), decoding, prediction, index ?? prediction.LabelIndex);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _head.Dispose();
        _features.Dispose();
    }

    /// <summary>Explains a class of an image with a known prediction.</summary>
    internal ClassExplanation Explain(string path, ImageContent? content, Prediction prediction, int label) =>
        Explain(ImageSource.Of(path, content), ImageDecodeOptions.Default, prediction, label);

    private ClassExplanation Explain(ImageSource image, ImageDecodeOptions decoding, Prediction prediction, int label)
    {
        float[] map = Map(image, decoding, label);
        float peak = map.Max();
        if (peak > 0)
        {
            for (int i = 0; i < map.Length; i++)
                map[i] /= peak;
        }

        return new ClassExplanation(
            image, decoding, prediction, label, _classifier.Labels[label], map, _graph.Width, _classifier.Preprocessing);
    }

    /// <summary>The map before it is scaled to 0 to 1.</summary>
    private float[] Map(ImageSource image, ImageDecodeOptions decoding, int label)
    {
        float[] features = new float[TensorShape.Count(_graph.FeatureShape)];
        using (var content = image.Read(decoding))
        {
            var pixels = ImageDecoder.Decode(
                content.Encoded.Bytes, image.Name, decoding, _classifier.Preprocessing, content.Encoded.Box, onlyTarget: true);
            _features.Runner.Run(ImageSource.FromPixels(pixels, image.Name), features);
        }

        return _head.Run(features, label);
    }

    private int IndexOf(string label)
    {
        for (int i = 0; i < _classifier.Labels.Count; i++)
        {
            if (_classifier.Labels[i] == label)
                return i;
        }

        throw new ArgumentException(
            $"The classifier has no class '{label}'; its classes are {ImageClassifier.List(_classifier.Labels)}.", nameof(label));
    }
}
