using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>A classifier in a native session: for many images on many threads, or for one image with the lowest latency.</summary>
internal sealed class ClassifierSession : IDisposable
{
    private readonly OnnxSession _session;

    /// <param name="model">The model of the classifier.</param>
    /// <param name="preprocessing">How images become input.</param>
    /// <param name="execution">Threads and execution provider.</param>
    /// <param name="mode">What the session is for.</param>
    /// <param name="withFeatures">Whether a row has the features behind the probabilities.</param>
    public ClassifierSession(
        OnnxModel model, ImagePreprocessing preprocessing, ExecutionOptions execution, SessionMode mode, bool withFeatures = false)
    {
        if (withFeatures)
            model = ClassifierGraph.WithFeatures(model);
        _session = OnnxSession.Create(model, execution, mode, "classifier");
        try
        {
            var network = ImageNetwork.Of(_session, preprocessing, "classifier", withFeatures ? ClassifierGraph.JoinedOutput
                : ClassifierGraph.ScoreOutput);
            Runner = new ImageBatchRunner(_session, network, new ImagePreprocessor(preprocessing), ImageDecodeOptions.Default, execution);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public ImageBatchRunner Runner { get; }

    /// <summary>Frees the session after the current runs.</summary>
    public void Dispose() => _session.Dispose();
}
