using MudBlazor;

namespace TransferLearning.Studio.Components.Common;

/// <summary>Says what was done, with a way to take back that and nothing else.</summary>
public static class StepMessages
{
    /// <summary>One message at a time: what was done before it can be undone with the buttons and keys of the page.</summary>
    private const string Key = "step";

    /// <summary>Says what a step has done.</summary>
    /// <param name="snackbar">Where it is said.</param>
    /// <param name="catalog">Where it was done.</param>
    /// <param name="text">What was done.</param>
    /// <param name="step">The key of the step; nothing is said for 0, where nothing was done.</param>
    public static void AddStep(this ISnackbar snackbar, ImageCatalog catalog, string text, long step)
    {
        if (step == 0)
            return;
        snackbar.RemoveByKey(Key);
        snackbar.Add(
            Sentence(text),
            Severity.Normal,
            options =>
            {
                options.Action = "Undo";
                options.OnClick = _ =>
                {
                    if (catalog.Undo(only: step) is { } undone)
                        snackbar.AddUndone(undone);
                    else
                        snackbar.AddOnly(catalog.Holds(step) ? "Undo what was done after it first." : "Already undone.");
                    return Task.CompletedTask;
                };
            },
            Key);
    }

    /// <summary>Says what was taken back, or repeated.</summary>
    public static void AddUndone(this ISnackbar snackbar, string text, bool redo = false) =>
        snackbar.AddOnly($"{(redo ? "Done again" : "Undone")}: {text}");

    private static void AddOnly(this ISnackbar snackbar, string text)
    {
        snackbar.RemoveByKey(Key);
        snackbar.Add(text, Severity.Normal, key: Key);
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
