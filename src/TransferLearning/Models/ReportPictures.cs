using System.Security.Cryptography;
using System.Text;
using SkiaSharp;
using TransferLearning.Imaging;

namespace TransferLearning;

/// <summary>Chooses and draws the pictures of a report.</summary>
internal static class ReportPictures
{
    private const int ClassesListed = 5;

    /// <summary>The wrong pictures, most certain first, then right ones, one of each class in turn, least certain first.</summary>
    public static IReadOnlyList<EvaluatedImage> Choose(Evaluation evaluation, int shown)
    {
        EvaluatedImage[] wrong = [.. evaluation.Images.Where(image => !image.IsRight).OrderByDescending(image => image.Prediction.Probability)];
        var right = evaluation.Images.Where(image => image.IsRight)
            .GroupBy(image => image.ActualIndex)
            .SelectMany(images => images.OrderBy(image => image.Prediction.Probability).Select((image, turn) => (image, turn)))
            .OrderBy(entry => entry.turn).ThenBy(entry => entry.image.ActualIndex)
            .Take(Math.Max(0, shown - wrong.Length));
        return [.. wrong, .. right.Select(entry => entry.image)];
    }

    /// <summary>A picture as the page shows it.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Its size and quality; null for no drawing.</param>
    /// <param name="gradCam">Explains the given class; null for no explanation.</param>
    public static ReportPicture Describe(EvaluatedImage image, HtmlReportOptions? options, GradCam? gradCam)
    {
        var prediction = image.Prediction;
        var order = Enumerable.Range(0, prediction.Probabilities.Length).ToArray();
        float[] shares = prediction.Probabilities.ToArray();
        Array.Sort(order, (a, b) => shares[a] != shares[b] ? shares[b].CompareTo(shares[a]) : a.CompareTo(b));
        double[][] top = [.. order.Take(ClassesListed).Select(index => new[] { index, Math.Round(shares[index], 6) })];
        return new ReportPicture(
            image.Path,
            image.ActualIndex,
            prediction.LabelIndex,
            prediction.Probability,
            top,
            options is null ? null : Drawn(() => Draw(image, options)),
            options is null || gradCam is null
                ? null
                : Drawn(() => gradCam.Explain(image.Path, image.Content, prediction, prediction.LabelIndex).Draw(options.PictureSide, SKEncodedImageFormat.Jpeg, options.JpegQuality)));
    }

    /// <summary>
    /// What the pictures of an evaluation and their classes come to as one number: the SHA-256 over the sorted lines
    /// "hash of the picture, class", where the hash is that of the file, and its box where only a part of it is meant. It does not depend on
    /// names, folders or order.
    /// </summary>
    public static string DataHash(IEnumerable<EvaluatedImage> images, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var image in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var picture = PictureContent.Read(image.Content, image.Path, ImageDecodeOptions.Default);
            lines.Add($"{picture.Hash()} {labels[image.ActualIndex]}\n");
        }

        lines.Sort(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    private static byte[] Draw(EvaluatedImage shown, HtmlReportOptions options)
    {
        using var picture = PictureContent.Read(shown.Content, shown.Path, ImageDecodeOptions.Default);
        using var image = PictureScaling.Fit(picture, shown.Path, options.PictureSide, ImageDecodeOptions.Default);
        return PictureScaling.Encode(image, SKEncodedImageFormat.Jpeg, options.JpegQuality);
    }

    /// <summary>A picture that has been removed since is left without a preview: the figures still hold.</summary>
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
