using System.Globalization;
using System.Net;
using System.Text;
using SkiaSharp;

namespace TransferLearning;

/// <summary>A page with the images whose labels look wrong: one file that loads nothing.</summary>
public static class LabelReviewPage
{
    private const int Side = 160;
    private const int MostImages = 200;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="title">What the page is about, for instance the name of the dataset.</param>
    /// <param name="suspects">The images, of which the first 200 are shown.</param>
    /// <param name="cancellationToken">Stops the work between images.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<LabelSuspect> suspects, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(suspects);
        var page = new StringBuilder();
        string name = WebUtility.HtmlEncode(title);
        string shown = suspects.Count > MostImages ? FormattableString.Invariant($"; the first {MostImages} are shown") : "";
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <title>Labels of {{name}}</title>
            <style>{{ReportPage.Resource("report.css")}}</style>
            </head>
            <body>
            <header><h1>Labels of {{name}}</h1>
            <p class="quiet">{{suspects.Count}} images whose labels the other images contradict, most contradicted first{{shown}}. The share
            in brackets is the probability of a class according to the other images.</p></header>
            <main><section><ul class="gallery">

            """);
        foreach (var suspect in suspects.Take(MostImages))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string image = Draw(suspect) is { } jpeg
                ? $"<img alt=\"\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\">"
                : "";
            page.Append(CultureInfo.InvariantCulture, $"<li><figure><div class=\"image\">{image}</div><figcaption>");
            page.Append(CultureInfo.InvariantCulture, $"labelled <b>{WebUtility.HtmlEncode(suspect.Label)}</b> ");
            page.Append(CultureInfo.InvariantCulture, $"({100 * suspect.LabelProbability:F0}%), rather ");
            page.Append(CultureInfo.InvariantCulture, $"<b>{WebUtility.HtmlEncode(suspect.Suggested)}</b> ");
            page.Append(CultureInfo.InvariantCulture, $"({100 * suspect.SuggestedProbability:F0}%)");
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"file\">{WebUtility.HtmlEncode(NameOf(suspect.Path))}</div>");
            page.Append("</figcaption></figure></li>\n");
        }

        page.Append("</ul></section></main></body></html>\n");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page.ToString())));
    }

    /// <summary>The file with its folder: names such as 0001.jpg recur.</summary>
    private static string NameOf(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path)) is { Length: > 0 } folder ? $"{folder}/{Path.GetFileName(path)}" : path;

    private static byte[]? Draw(LabelSuspect suspect)
    {
        try
        {
            using var content = ImageContent.Read(suspect.Content, suspect.Path, ImageDecodeOptions.Default);
            using var image = ImageScaling.Fit(content, suspect.Path, Side, ImageDecodeOptions.Default);
            return ImageScaling.Encode(image, SKEncodedImageFormat.Jpeg, 80);
        }
        catch (Exception error) when (error is IOException or ImageDecodeException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
