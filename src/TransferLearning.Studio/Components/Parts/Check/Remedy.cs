namespace TransferLearning.Studio.Components.Parts.Check;

/// <summary>What a click does about a finding.</summary>
/// <param name="Text">What was done, in a few words.</param>
/// <param name="Images">The images that change.</param>
/// <param name="Change">Their marks afterwards; null where their labels are right as they are.</param>
public sealed record Remedy(string Text, IReadOnlyList<int> Images, Func<ImageEntry, ImageMarks>? Change)
{
    public static Remedy Exclude(IEnumerable<ImageEntry> images)
    {
        int[] ids = [.. images.Select(image => image.Id)];
        return new Remedy($"{Words.Count(ids.Length, "image")} excluded", ids, image => image.Marks with { State = ImageState.Excluded });
    }
}
