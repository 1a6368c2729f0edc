namespace TransferLearning.Studio.Components.Parts.Images;

/// <summary>Where images were dropped on the panel: a split, or a class, or no class.</summary>
/// <param name="Split">The split; null for a class.</param>
/// <param name="Class">The id of the class; null for none.</param>
public sealed record PanelTarget(Split? Split, int? Class);
