using MudBlazor;

namespace TransferLearning.Studio.Components.Layout;

/// <summary>One of the parts of the work, in the order in which it is done.</summary>
/// <param name="Address">The address of its page.</param>
/// <param name="Name">Its name.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Purpose">What it is for, in a few words.</param>
public sealed record StudioPart(string Address, string Name, string Icon, string Purpose);

/// <summary>The parts of the studio.</summary>
public static class StudioParts
{
    public static IReadOnlyList<StudioPart> All { get; } =
    [
        new("", "Images", Icons.Material.Outlined.PhotoLibrary, "collect and sort images"),
        new("check", "Check", Icons.Material.Outlined.FactCheck, "find what is wrong with them"),
        new("advise", "Advise", Icons.Material.Outlined.Lightbulb, "what suits your images"),
        new("train", "Train", Icons.Material.Outlined.ModelTraining, "make a classifier"),
        new("runs", "Runs", Icons.Material.Outlined.TableRows, "compare what was trained"),
        new("evaluate", "Evaluate", Icons.Material.Outlined.QueryStats, "see where it errs"),
        new("label", "Label", Icons.Material.Outlined.NewLabel, "name what has no class"),
        new("try", "Try", Icons.Material.Outlined.Visibility, "show it something new"),
        new("use", "Use", Icons.Material.Outlined.RocketLaunch, "take it with you"),
    ];
}
