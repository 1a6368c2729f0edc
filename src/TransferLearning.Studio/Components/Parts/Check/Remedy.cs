namespace TransferLearning.Studio.Components.Parts.Check;

/// <summary>What a click does about a finding.</summary>
/// <param name="Text">What is done, in a few words.</param>
/// <param name="Images">The images that change.</param>
/// <param name="Change">Their marks afterwards.</param>
public sealed record Remedy(string Text, IReadOnlyList<int> Images, Func<ImageEntry, ImageMarks> Change);
