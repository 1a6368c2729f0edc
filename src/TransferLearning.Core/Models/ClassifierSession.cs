using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>A classifier loaded for one way of working: many images on many threads, or one image as fast as possible.</summary>
internal sealed class ClassifierSession : IDisposable
{
    private readonly OnnxSession _session;

    public ClassifierSession(OnnxModel model, ImagePreprocessing preprocessing, ExecutionOptions execution, SessionMode mode)
    {
        _session = OnnxSession.Create(model, execution, mode, "classifier");
        try
        {
            var network = ImageNetwork.Of(_session, preprocessing, "classifier", ClassifierGraph.ScoreOutput);
            Runner = new ImageBatchRunner(_session, network, new ImagePreprocessor(preprocessing), ImageDecodeOptions.Default, execution);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public ImageBatchRunner Runner { get; }

    /// <summary>Frees the session after the runs that are under way.</summary>
    public void Dispose() => _session.Dispose();
}
