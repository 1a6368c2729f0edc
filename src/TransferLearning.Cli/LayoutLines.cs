namespace TransferLearning.Cli;

/// <summary>
/// What the folders of a dataset were taken for: at once on a terminal, where long work follows; in a file or pipe together with the
/// result, so that a command that fails prints nothing there.
/// </summary>
internal static class LayoutLines
{
    private static string? _pending;

    public static void Show(FolderLayout layout)
    {
        if (Console.IsOutputRedirected)
            _pending = OptionWords.Of(layout.ToString());
        else
            Console.Out.WriteLine(OptionWords.Of(layout.ToString()));
    }

    /// <summary>Prints what is not printed yet.</summary>
    public static void Flush()
    {
        if (_pending is not null)
            Console.Out.WriteLine(_pending);
        _pending = null;
    }
}
