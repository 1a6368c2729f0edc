using TransferLearning;

namespace ImageService;

/// <summary>The prediction for an image.</summary>
/// <param name="Label">The most probable class.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="Top">The most probable classes, best first.</param>
/// <param name="Known">False if the image looks like none of the classes; true without a threshold in the model.</param>
internal sealed record PredictionAnswer(string Label, float Probability, IReadOnlyList<LabelProbability> Top, bool Known);

/// <summary>The state of the service.</summary>
/// <param name="Status">Always <c>ok</c>: a service that cannot predict does not start.</param>
/// <param name="Model">The file of the model, or the name of the embedded one.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Requests">The number of requests that currently upload, wait or compute.</param>
/// <param name="Capacity">The maximum of that number; further requests get 429.</param>
/// <param name="MaxRequestBytes">The largest body of a request.</param>
/// <param name="MaxPixels">The largest image, as width times height.</param>
/// <param name="NotExplained">Why images cannot be explained with this classifier; null where they can.</param>
internal sealed record HealthAnswer(
    string Status, string Model, int Classes, int Requests, int Capacity, int MaxRequestBytes, long MaxPixels, string? NotExplained);
