using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TransferLearning;

/// <summary>
/// Renders the page of a report: markup, style and script are files next to this one, embedded in the library; only the data change. The
/// page is one file that loads nothing: its content security policy allows only embedded images.
/// </summary>
internal static partial class ReportPage
{
    /// <summary>The whole page.</summary>
    public static string Render(ReportData data)
    {
        var summary = data.Summary;
        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["title"] = WebUtility.HtmlEncode(data.Title),
            ["summary"] = WebUtility.HtmlEncode(FormattableString.Invariant(
                $"Accuracy {100 * summary.Accuracy:F1}%, {summary.Correct} of {summary.Images}; log-loss {summary.LogLoss:F4}.")),
            ["style"] = Resource("report.css"),
            ["script"] = Resource("charts.js") + Resource("report.js"),
            ["data"] = JsonSerializer.Serialize(data, ReportJsonContext.Default.ReportData),
        };

        // One pass, so that nothing in a value is taken for a placeholder.
        return Placeholder().Replace(Resource("report.html"), match => parts[match.Groups["name"].Value]);
    }

    /// <summary>A file of the page: its style, a script or the page itself.</summary>
    public static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The library was built without its resource '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(?<name>[a-z]+)\}\}")]
    private static partial Regex Placeholder();
}
