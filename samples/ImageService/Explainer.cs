using TransferLearning;

namespace ImageService;

/// <summary>Grad-CAM, where the network of the classifier allows it.</summary>
/// <param name="GradCam">Explains; null where it cannot.</param>
/// <param name="Obstacle">Why it cannot; null where it can.</param>
internal sealed record Explainer(GradCam? GradCam, string? Obstacle) : IDisposable
{
    /// <summary>Tries to prepare explanations.</summary>
    public static Explainer Of(ImageClassifier classifier)
    {
        try
        {
            return new Explainer(new GradCam(classifier), null);
        }
        catch (OnnxGraphException error)
        {
            return new Explainer(null, error.Message);
        }
    }

    public void Dispose() => GradCam?.Dispose();
}
