using System.Globalization;
using System.Text;

namespace TransferLearning;

/// <summary>Formats a <see cref="DatasetReport"/> as text. Long lists are shortened, and the text says so.</summary>
internal static class DatasetReportText
{
    private const int MostClasses = 50;
    private const int MostFindingsOfAKind = 10;
    private const int MostFiles = 5;

    public static string Write(DatasetReport report)
    {
        var text = new StringBuilder();
        string size = $"{Count(report.Images, "image")} of {Count(report.Classes.Count, "class", "classes")}";
        text.Append(CultureInfo.InvariantCulture, $"{report.Name}: {size}\n");
        if (report.Layout is { } layout)
            text.Append(layout).Append('\n');
        if (report.Sizes is { } sizes)
        {
            text.Append(CultureInfo.InvariantCulture, $"Width  {sizes.MinWidth} to {sizes.MaxWidth}, median {sizes.MedianWidth}\n");
            text.Append(CultureInfo.InvariantCulture, $"Height {sizes.MinHeight} to {sizes.MaxHeight}, median {sizes.MedianHeight}\n");
        }

        text.Append('\n');
        WriteClasses(report.Classes, text);
        foreach (var severity in report.Findings.GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key))
        {
            foreach (var kind in severity.GroupBy(finding => finding.Kind))
                WriteFindings([.. kind], text);
        }

        text.Append('\n').Append(Verdict(report)).Append('\n');
        return text.ToString();
    }

    private static void WriteClasses(IReadOnlyList<ClassImages> classes, StringBuilder text)
    {
        int width = Math.Max("Class".Length, classes.Take(MostClasses).Select(c => c.Name.Length).DefaultIfEmpty().Max());
        text.Append(CultureInfo.InvariantCulture, $"{"Class".PadRight(width)}  {"Train",8}  {"Valid",8}  {"Test",8}\n");
        foreach (var c in classes.Take(MostClasses))
            text.Append(CultureInfo.InvariantCulture, $"{c.Name.PadRight(width)}  {c.Train,8}  {c.Validation,8}  {c.Test,8}\n");
        if (classes.Count > MostClasses)
            text.Append(CultureInfo.InvariantCulture, $"and {classes.Count - MostClasses} more classes\n");
    }

    private static void WriteFindings(List<DatasetFinding> findings, StringBuilder text)
    {
        string severity = findings[0].Severity.ToString().ToUpperInvariant();
        text.Append(CultureInfo.InvariantCulture, $"\n{severity} {findings[0].Kind} ({findings.Count})\n");
        var entries = Entries(findings);
        foreach (var (message, files, _) in entries.Take(MostFindingsOfAKind))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {message}\n");
            foreach (string file in files.Take(MostFiles).Where(file => !message.Contains(file, StringComparison.Ordinal)))
                text.Append(CultureInfo.InvariantCulture, $"    {file}\n");
            if (files.Count > MostFiles)
                text.Append(CultureInfo.InvariantCulture, $"    and {files.Count - MostFiles} more\n");
        }

        if (entries.Count > MostFindingsOfAKind)
            text.Append(CultureInfo.InvariantCulture, $"  and {entries.Skip(MostFindingsOfAKind).Sum(entry => entry.Findings)} more\n");
        foreach (string remedy in findings.Select(finding => finding.Remedy).Distinct(StringComparer.Ordinal).Take(MostFindingsOfAKind))
            text.Append(CultureInfo.InvariantCulture, $"  > {remedy}\n");
    }

    /// <summary>The findings of a kind; many about one file or class each that say the same become one entry with their number.</summary>
    private static List<(string Message, IReadOnlyList<string> Files, int Findings)> Entries(List<DatasetFinding> findings)
    {
        var entries = new List<(string Message, IReadOnlyList<string> Files, int Findings)>();
        foreach (var group in findings.GroupBy(finding => finding.Files.Count == 1 ? MessageKind.Of(finding.Message) : null))
        {
            if (group.Key is null || group.Count() <= MessageKind.MostListed)
                entries.AddRange(group.Select(finding => (finding.Message, finding.Files, 1)));
            else
                entries.Add((MessageKind.Join([.. group.Select(finding => finding.Message)]),
                    [.. group.Select(finding => finding.Files[0])], group.Count()));
        }

        return entries;
    }

    private static string Verdict(DatasetReport report)
    {
        int Of(FindingSeverity severity) => report.Findings.Count(finding => finding.Severity == severity);
        string faults = $"{Count(Of(FindingSeverity.Error), "error")}, {Count(Of(FindingSeverity.Warning), "warning")}";
        string counts = $"{faults}, {Count(Of(FindingSeverity.Note), "note")}";
        return report.HasErrors ? $"{counts}: fix the errors before training." : $"{counts}: ready for training.";
    }

    private static string Count(int number, string one, string? more = null) =>
        FormattableString.Invariant($"{number} {(number == 1 ? one : more ?? one + "s")}");
}
