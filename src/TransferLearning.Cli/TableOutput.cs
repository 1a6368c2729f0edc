using Spectre.Console;

namespace TransferLearning.Cli;

/// <summary>Tables on standard output.</summary>
internal static class TableOutput
{
    private const int WidthOfFiles = 1000;

    /// <summary>Writes a table. A file or pipe has no edge at which names would have to be broken.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        AnsiConsole.Write(table);
    }
}
