using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>A network for images in a native session, and what runs images through it.</summary>
/// <remarks>Safe for use from many threads. Runs in progress finish after <see cref="Dispose"/>; later ones throw.</remarks>
internal sealed class ImageSession : IDisposable
{
    private ImageSession(OnnxSession session, ImageNetwork network, ImageBatchRunner runner)
    {
        Session = session;
        Network = network;
        Runner = runner;
    }

    /// <summary>The session.</summary>
    public OnnxSession Session { get; }

    /// <summary>The input and output of the network.</summary>
    public ImageNetwork Network { get; }

    /// <summary>Runs images through the network.</summary>
    public ImageBatchRunner Runner { get; }

    /// <summary>
    /// Loads a network. On a device that copies its input it takes pixels where it can; and where it may compute other numbers than on the
    /// processor it is compared first.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="options">What is run on it, and how.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OnnxGraphException">The network cannot be loaded, or does not take such images.</exception>
    /// <exception cref="DeviceException">The device of the options cannot be used, or computes other numbers.</exception>
    /// <exception cref="DllNotFoundException">The native library of ONNX Runtime is missing.</exception>
    public static ImageSession Open(OnnxModel model, ImageSessionOptions options)
    {
        var (preprocessing, execution) = (options.Preprocessing, options.Execution);
        var preprocessor = new ImagePreprocessor(preprocessing, options.Decoding);
        var taking = execution.TakesPixels && !options.HasViews ? PixelInput.Apply(model, preprocessing) : null;
        string? hash = options.IsHashed ? model.Sha256() : null;
        var session = OnnxSession.Create(taking ?? model, execution, options.Mode, options.Name, hash);
        try
        {
            var network = ImageNetwork.Of(session, preprocessing, options.Name, options.Output, taking is not null);
            if (execution.MayDiffer)
                NetworkComparison.Require(taking ?? model, session, network, options);
            return new ImageSession(session, network, new ImageBatchRunner(session, network, preprocessor, options.Decoding, execution));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Frees the session after the current runs.</summary>
    public void Dispose() => Session.Dispose();
}

/// <summary>What images are run through a network, and how.</summary>
/// <param name="Preprocessing">How images become input.</param>
/// <param name="Execution">Threads and execution provider.</param>
/// <param name="Mode">Whether many images or one image at a time.</param>
/// <param name="Name">What error messages call the network.</param>
internal readonly record struct ImageSessionOptions(
    ImagePreprocessing Preprocessing, ExecutionOptions Execution, SessionMode Mode, string Name)
{
    /// <summary>The output that is wanted; null: the single one.</summary>
    public string? Output { get; init; }

    /// <summary>What reading and decoding of an image may cost.</summary>
    public ImageDecodeOptions Decoding { get; init; } = ImageDecodeOptions.Default;

    /// <summary>
    /// Whether <see cref="OnnxSession.ModelHash"/> is wanted. Hashing takes about as long as a third of opening the session, so that only
    /// those pay who store what the network computes.
    /// </summary>
    public bool IsHashed { get; init; }

    /// <summary>Whether some images are random views, which are made of numbers and not of pixels.</summary>
    public bool HasViews { get; init; }
}
