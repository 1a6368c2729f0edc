using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>Tables on standard output.</summary>
internal static class TableOutput
{
    private const int WidthOfFiles = 1000;

    /// <summary>Writes a table; in a file or pipe without line breaks in long names.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        AnsiConsole.Write(table);
    }
}
