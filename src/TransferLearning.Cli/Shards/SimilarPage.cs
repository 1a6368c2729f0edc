using System.Globalization;
using System.Net;
using System.Text;

namespace TransferLearning.Cli.Shards;

/// <summary>A page with the query and the images that were found. It refers to the image files, which stay where they are.</summary>
internal static class SimilarPage
{
    private const string Start = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Similar images</title><style>
        :root { color-scheme: light dark; font-family: system-ui, sans-serif }
        body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem }
        ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; list-style: none; padding: 0 }
        figure { margin: 0 } img { width: 100%; aspect-ratio: 1; object-fit: contain; background: #8882; border-radius: .3rem }
        figcaption { font-size: .85rem; overflow-wrap: anywhere } .query { max-width: 14rem }
        </style></head><body>

        """;

    /// <summary>Rejects a folder that has none of the images.</summary>
    /// <param name="images">The folder that the paths of the parts are relative to.</param>
    /// <param name="found">The images.</param>
    /// <exception cref="FileNotFoundException">None of them is there.</exception>
    public static void RequireImages(string images, IReadOnlyList<SimilarImage> found)
    {
        if (found.Count > 0 && !found.Any(image => ImageEntry.IsAddress(image.Path) || File.Exists(FileOf(image.Path, images))))
        {
            throw new FileNotFoundException(
                $"None of the images found, such as '{found[0].Path}', is in '{images}'; give the folder of 'features' with --images.");
        }
    }

    /// <summary>Writes the page.</summary>
    /// <param name="page">The file to write.</param>
    /// <param name="query">The file of the query.</param>
    /// <param name="images">The folder that the paths of the parts are relative to.</param>
    /// <param name="found">The images, the most similar first.</param>
    public static void Write(string page, string query, string images, IReadOnlyList<SimilarImage> found)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(page))!;
        var text = new StringBuilder(Start);
        text.Append("<h1>Similar images</h1>\n<div class=\"query\">").Append(Figure(folder, query, "query")).Append("</div>\n<ol>\n");
        foreach (var image in found)
        {
            string caption = string.Create(CultureInfo.InvariantCulture, $"{image.Path} · {image.Similarity:F3}");
            text.Append("<li>").Append(Figure(folder, FileOf(image.Path, images), caption)).Append("</li>\n");
        }

        text.Append("</ol></body></html>\n");
        File.WriteAllText(page, text.ToString());
    }

    /// <summary>The file of an image; an address stays what it is.</summary>
    private static string FileOf(string path, string images) =>
        ImageEntry.IsAddress(path) ? path : Path.GetFullPath(path, Path.GetFullPath(images));

    /// <summary>Relative addresses, so that page and images can move together; each segment is escaped, and slashes stay.</summary>
    private static string Figure(string folder, string file, string caption)
    {
        string address = ImageEntry.IsAddress(file) ? file : AddressOf(folder, file);
        string encoded = WebUtility.HtmlEncode(caption);
        return $"<figure><img loading=\"lazy\" src=\"{WebUtility.HtmlEncode(address)}\" alt=\"{encoded}\">" +
            $"<figcaption>{encoded}</figcaption></figure>";
    }

    private static string AddressOf(string folder, string file)
    {
        string relative = Path.GetRelativePath(folder, Path.GetFullPath(file)).Replace(Path.DirectorySeparatorChar, '/');
        return Path.IsPathRooted(relative)
            ? new Uri(file).AbsoluteUri
            : string.Join('/', relative.Split('/').Select(Uri.EscapeDataString));
    }
}
