using SkiaSharp;

namespace TransferLearning;

/// <summary>Chooses and draws the images of a report.</summary>
internal static class ReportImages
{
    private const int ClassesListed = 5;

    /// <summary>
    /// The misclassified images, highest probability first, then correct ones, one of each class in turn, lowest probability first.
    /// </summary>
    public static IReadOnlyList<EvaluatedImage> Choose(EvaluationResult evaluation, int shown)
    {
        EvaluatedImage[] wrong =
            [.. evaluation.Images.Where(image => !image.IsRight).OrderByDescending(image => image.Prediction.Probability)];
        var correct = evaluation.Images.Where(image => image.IsRight)
            .GroupBy(image => image.ActualIndex)
            .SelectMany(images => images.OrderBy(image => image.Prediction.Probability).Select((image, turn) => (image, turn)))
            .OrderBy(entry => entry.turn).ThenBy(entry => entry.image.ActualIndex)
            .Take(Math.Max(0, shown - wrong.Length));
        return [.. wrong, .. correct.Select(entry => entry.image)];
    }

    /// <summary>An image for the page.</summary>
    /// <param name="image">The image.</param>
    /// <param name="path">How the page calls it.</param>
    /// <param name="options">Its size and quality; null for no thumbnail.</param>
    /// <param name="gradCam">Explains the predicted class; null for no explanation.</param>
    public static ReportImage Describe(EvaluatedImage image, string path, HtmlReportOptions? options, GradCam? gradCam)
    {
        var prediction = image.Prediction;
        double[][] top =
        [
            .. prediction.Order().Take(ClassesListed).Select(index => new[] { index, Math.Round(prediction.Probabilities[index], 6) }),
        ];
        return new ReportImage(
            path,
            image.ActualIndex,
            prediction.LabelIndex,
            prediction.Probability,
            top,
            prediction.IsKnown,
            options is null ? null : Drawn(() => Draw(image, options)),
            options is null || gradCam is null ? null : Drawn(() => Explain(image, options, gradCam)));
    }

    /// <summary>One hash of the images of an evaluation and their classes.</summary>
    public static string HashOf(IEnumerable<EvaluatedImage> images, IReadOnlyList<string> labels) =>
        DataHash.Of(images.Select(image => (image.Hash.ToString(), labels[image.ActualIndex])));

    private static byte[] Draw(EvaluatedImage shown, HtmlReportOptions options)
    {
        using var content = ImageContent.Read(shown.Content, shown.Path, ImageDecodeOptions.Default);
        using var image = ImageScaling.Fit(content, shown.Path, options.ImageSide, ImageDecodeOptions.Default);
        return ImageScaling.Encode(image, SKEncodedImageFormat.Jpeg, options.JpegQuality);
    }

    private static byte[] Explain(EvaluatedImage image, HtmlReportOptions options, GradCam gradCam) => gradCam
        .Explain(image.Path, image.Content, image.Prediction, image.Prediction.LabelIndex)
        .Draw(options.ImageSide, SKEncodedImageFormat.Jpeg, options.JpegQuality);

    /// <summary>An image that has been removed in the meantime has no preview: the metrics are still valid.</summary>
    private static byte[]? Drawn(Func<byte[]> draw)
    {
        try
        {
            return draw();
        }
        catch (Exception error) when (error is IOException or ImageDecodeException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
