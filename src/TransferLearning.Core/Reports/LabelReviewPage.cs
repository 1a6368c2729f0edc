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
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <title>Labels of {{name}}</title>
            <style>body{font:16px/1.4 system-ui,sans-serif;margin:1rem;color-scheme:light dark}
            main{display:grid;grid-template-columns:repeat(auto-fill,minmax({{Side}}px,1fr));gap:1rem}
            figure{margin:0}img{max-width:100%;display:block}figcaption{font-size:.85rem;overflow-wrap:anywhere}</style>
            <h1>Labels of {{name}}</h1>
            <p>{{suspects.Count}} images whose labels the other images contradict, most contradicted first.</p><main>
            """);
        foreach (var suspect in suspects.Take(MostImages))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string image = Draw(suspect) is { } jpeg
                ? $"<img alt=\"\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\">"
                : "";
            page.Append(CultureInfo.InvariantCulture, $"<figure>{image}<figcaption><b>{WebUtility.HtmlEncode(suspect.Label)}</b> ");
            page.Append(CultureInfo.InvariantCulture, $"({100 * suspect.LabelProbability:F0}%), rather ");
            page.Append(CultureInfo.InvariantCulture, $"<b>{WebUtility.HtmlEncode(suspect.Suggested)}</b> ");
            page.Append(CultureInfo.InvariantCulture, $"({100 * suspect.SuggestedProbability:F0}%)<br>");
            page.Append(CultureInfo.InvariantCulture, $"{WebUtility.HtmlEncode(Path.GetFileName(suspect.Path))}</figcaption></figure>\n");
        }

        page.Append("</main></html>\n");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page.ToString())));
    }

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
